"""A bundle to tamper with, and the ways in which it is done."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cases.ledger.keys import key_id
from evidence.bundle.seal import signed_text

LEDGER = "data/ledger.ndjson"
CHECKPOINTS = "data/checkpoints.jsonl"
FINDS = "data/records/remains.find.ndjson"


def lines(bag: Path, name: str) -> list[Any]:
    """Return the lines of a file as objects."""
    return [json.loads(line) for line in (bag / name).read_text().splitlines()]


@contextmanager
def rewritten(bag: Path, name: str) -> Iterator[list[Any]]:
    """Change the lines of a file in place."""
    rows = lines(bag, name)
    yield rows
    (bag / name).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def relist(bag: Path) -> None:
    """Write both lists of the bag anew, as whoever changes a file and knows how a bag is made would."""
    for name, inside in (("manifest-sha256.txt", True), ("tagmanifest-sha256.txt", False)):
        paths = [path.relative_to(bag).as_posix() for path in sorted(bag.rglob("*")) if path.is_file()]
        wanted = [
            path for path in paths if path.startswith("data/") == inside and not path.startswith("tagman")
        ]
        (bag / name).write_text(
            "".join(f"{hashlib.sha256((bag / path).read_bytes()).hexdigest()}  {path}\n" for path in wanted)
        )


def rehash(rows: list[Any], start: int) -> None:
    """Compute the chain anew from an entry on, as whoever has the whole database could."""
    for index in range(start, len(rows)):
        row = rows[index]
        row["seq"] = index + 1
        row["previous"] = rows[index - 1]["hash"] if index else "0" * 64
        payload = bytes.fromhex(row["salt"]) + row["payload"].encode()
        row["payload_hash"] = hashlib.sha256(payload).hexdigest()
        names = ("form", "chain", "seq", "at_us", "actor_id", "actor_name", "agency", "channel", "action",
                 "table_name", "operation", "db_user", "record_id")  # fmt: skip
        front = ["-" if row[name] is None else str(row[name]) for name in names]
        text = "\n".join([*front, row["payload_hash"], row["reason"]])
        row["hash"] = hashlib.sha256(bytes.fromhex(row["previous"]) + text.encode()).hexdigest()


def made_up(bag: Path, key: Ed25519PrivateKey) -> None:
    """Seal a bag as it stands, checkpoint and all, with a key of one's own."""
    newest = lines(bag, LEDGER)[-1]
    about = json.loads((bag / "data/about.json").read_text())
    about |= {"seq": newest["seq"], "hash": newest["hash"]}
    (bag / "data/about.json").write_text(json.dumps(about))
    public = key.public_key()
    (bag / "data/checkpoint.pub").write_bytes(
        public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    point = {"format": "taphos-checkpoint-1", "chain": about["chain"], "seq": about["seq"], "hash": about["hash"],
             "at": about["made_at"], "key": key_id(public), "case": about["case"]}  # fmt: skip
    text = "\n".join(str(value) for value in point.values()).encode()
    point["signature"] = base64.b64encode(key.sign(text)).decode()
    (bag / CHECKPOINTS).write_text(json.dumps(point) + "\n")
    relist(bag)
    listed = (line.split(maxsplit=1) for line in (bag / "manifest-sha256.txt").read_text().splitlines())
    seal = {
        "format": "taphos-seal-1",
        **{name: about[name] for name in ("chain", "case", "seq", "hash")},
        "at": about["made_at"],
        "key": key_id(public),
        "files": {path: sha256 for sha256, path in listed},
    }
    signature = base64.b64encode(key.sign(signed_text(seal))).decode()
    (bag / "seal.json").write_text(json.dumps({**seal, "signature": signature}))
    relist(bag)


def flip(path: Path, at: int = -20) -> None:
    """Change one bit of a file."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


# --- the ways. Each changes a bag and returns the part that must say so and the place that must be named.

Way = Callable[[Path], tuple[str, str]]


def paper_changed(bag: Path) -> tuple[str, str]:
    paper = next((bag / "data/papers").glob("*.pdf"))
    flip(paper)
    return "bag", paper.relative_to(bag).as_posix()


def paper_replaced(bag: Path) -> tuple[str, str]:
    paper = next((bag / "data/papers").glob("*.pdf"))
    paper.write_bytes(b"%PDF-1.7\nanother\n%%EOF")
    relist(bag)
    return "seal", paper.relative_to(bag).as_posix()


def original_changed(bag: Path) -> tuple[str, str]:
    original = next(path for path in (bag / "data/originals").rglob("*") if path.is_file())
    flip(original)
    relist(bag)
    return "originals", original.relative_to(bag).as_posix()


def record_changed(bag: Path) -> tuple[str, str]:
    with rewritten(bag, FINDS) as rows:
        rows[1]["description"] = "nothing was there"
        key = rows[1]["id"]
    relist(bag)
    return "records", f"{FINDS}, line 2 (record {key})"


def record_removed(bag: Path) -> tuple[str, str]:
    text = (bag / FINDS).read_text().splitlines(keepends=True)
    (bag / FINDS).write_text("".join(text[1:]))
    relist(bag)
    return "records", f"{FINDS} (record {json.loads(text[0])['id']})"


def record_added(bag: Path) -> tuple[str, str]:
    text = (bag / FINDS).read_text()
    one = json.loads(text.splitlines()[0]) | {"id": "00000000-0000-7000-8000-000000000001"}
    (bag / FINDS).write_text(text + json.dumps(one) + "\n")
    relist(bag)
    return "records", one["id"]


def payload_changed(bag: Path) -> tuple[str, str]:
    with rewritten(bag, LEDGER) as rows:
        rows[6]["payload"] = rows[6]["payload"].replace('"version":1', '"version":9', 1)
    relist(bag)
    return "ledger", f"{LEDGER}, entry 7"


def salt_changed(bag: Path) -> tuple[str, str]:
    with rewritten(bag, LEDGER) as rows:
        rows[6]["salt"] = "00" * 16
    relist(bag)
    return "ledger", f"{LEDGER}, entry 7"


def name_changed(bag: Path) -> tuple[str, str]:
    with rewritten(bag, LEDGER) as rows:
        rows[6]["actor_name"] = "Somebody Else"
    relist(bag)
    return "ledger", f"{LEDGER}, entry 7"


def reason_changed(bag: Path) -> tuple[str, str]:
    with rewritten(bag, LEDGER) as rows:
        rows[6]["reason"] = "a better reason"
    relist(bag)
    return "ledger", f"{LEDGER}, entry 7"


def entry_removed(bag: Path) -> tuple[str, str]:
    with rewritten(bag, LEDGER) as rows:
        del rows[6]
    relist(bag)
    return "ledger", f"{LEDGER}, entry 8"


def entries_moved(bag: Path) -> tuple[str, str]:
    with rewritten(bag, LEDGER) as rows:
        rows[6], rows[7] = rows[7], rows[6]
    relist(bag)
    return "ledger", f"{LEDGER}, entry 8"


def entry_inserted(bag: Path) -> tuple[str, str]:
    with rewritten(bag, LEDGER) as rows:
        rows.insert(7, {**rows[6], "reason": "inserted"})
    relist(bag)
    return "ledger", f"{LEDGER}, entry 7"


def tail_cut(bag: Path) -> tuple[str, str]:
    with rewritten(bag, LEDGER) as rows:
        newest = rows[-1]["seq"]
        del rows[-3:]
    relist(bag)
    return "checkpoints", f"(entry {newest})"


def chain_computed_anew(bag: Path) -> tuple[str, str]:
    with rewritten(bag, LEDGER) as rows:
        rows[6]["actor_name"] = "Somebody Else"
        rehash(rows, 6)
        newest = rows[-1]["seq"]
    relist(bag)
    return "checkpoints", f"(entry {newest})"


def checkpoint_forged(bag: Path) -> tuple[str, str]:
    with rewritten(bag, CHECKPOINTS) as rows:
        rows[-1]["at"] = "2020-01-01T00:00:00Z"
        number = len(rows)
    relist(bag)
    return "checkpoints", f"{CHECKPOINTS}, line {number}"


def key_swapped(bag: Path) -> tuple[str, str]:
    public = Ed25519PrivateKey.generate().public_key()
    (bag / "data/checkpoint.pub").write_bytes(
        public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    relist(bag)
    return "seal", "seal.json"


def line_of_list_removed(bag: Path) -> tuple[str, str]:
    path = bag / "manifest-sha256.txt"
    kept = [line for line in path.read_text().splitlines(keepends=True) if "codes.ndjson" not in line]
    path.write_text("".join(kept))
    return "bag", "data/codes.ndjson"


def file_added(bag: Path) -> tuple[str, str]:
    (bag / "data/papers/confession.pdf").write_bytes(b"%PDF-1.7")
    relist(bag)
    return "seal", "data/papers/confession.pdf"


def file_removed(bag: Path) -> tuple[str, str]:
    (bag / "data/codes.ndjson").unlink()
    relist(bag)
    return "seal", "data/codes.ndjson"


def table_hidden(bag: Path) -> tuple[str, str]:
    about = json.loads((bag / "data/about.json").read_text())
    name = about["records"].pop("remains_find")
    (bag / "data/about.json").write_text(json.dumps(about))
    (bag / name).unlink()
    relist(bag)
    return "records", "remains_find (record "


def withheld_in_secret(bag: Path) -> tuple[str, str]:
    """An entry is put out of sight in a bundle that was not redacted."""
    with rewritten(bag, LEDGER) as rows:
        rows[6] = {name: rows[6][name] for name in ("seq", "chain", "previous", "hash")} | {
            "withheld": "entry"
        }
    relist(bag)
    return "ledger", f"{LEDGER}, entry 7"


WAYS: tuple[Way, ...] = (
    paper_changed,
    paper_replaced,
    original_changed,
    record_changed,
    record_removed,
    record_added,
    payload_changed,
    salt_changed,
    name_changed,
    reason_changed,
    entry_removed,
    entries_moved,
    entry_inserted,
    tail_cut,
    chain_computed_anew,
    checkpoint_forged,
    key_swapped,
    line_of_list_removed,
    file_added,
    file_removed,
    table_hidden,
    withheld_in_secret,
)
