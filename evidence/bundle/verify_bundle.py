#!/usr/bin/env python3
"""Verify a case bundle of Taphos: python verify_bundle.py BAG [--public-key KEY.pub] [--checkpoints COPY.jsonl]

Needs Python 3.9 or newer and the package "cryptography"; neither Taphos nor a network. It says each thing that is
wrong, and where. It exits with 0 when all is whole, 1 when something is wrong, 2 when nothing here can be verified.

What it checks, each by itself, so that one broken part does not hide another:
  bag          every file is listed with its SHA-256, has it, and no other file is there (BagIt, RFC 8493)
  seal         the list of files is as it was signed when the bundle was made
  ledger       no entry is missing, moved or added; each follows the one before; each payload fits its salted hash
  checkpoints  each is signed, and the ledger still has that entry with that hash
  records      each record is what the last entry about it says, none is missing and none was added
  originals    each file that a record names is there and has the SHA-256 by which it is named

The public key inside the bag proves only that the bag was sealed by whoever held its private half. Whoever could have
made a bag of their own is ruled out by a key, or by checkpoints, that came to you another way: --public-key,
--checkpoints.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
except ImportError:
    sys.exit('The package "cryptography" is missing: pip install cryptography')

FORMAT = "taphos-bundle-1"
SEAL_FORMAT = "taphos-seal-1"
CHECKPOINT_FORMAT = "taphos-checkpoint-1"
LEDGER = "data/ledger.ndjson"
CHECKPOINTS = "data/checkpoints.jsonl"
ABOUT = "data/about.json"
KEY = "data/checkpoint.pub"
SEAL = "seal.json"
BLOCK = 1 << 20
#: What the hash of an entry runs over, one to a line, before the hash of the payload and the reason.
FRONT = (
    "form", "chain", "seq", "at_us", "actor_id", "actor_name", "agency", "channel", "action", "table_name",
    "operation", "db_user", "record_id",
)  # fmt: skip
NOTHING_BEFORE = "0" * 64
#: So many faults of one part are said; the others are counted.
MOST_SAID = 20


class Unreadable(Exception):
    """There is nothing here that can be verified."""


class Verdict:
    """What was looked at, what is wrong and where, and what whoever reads it should know."""

    def __init__(self) -> None:
        self.parts: dict[str, int] = {}
        self.wrong: list[tuple[str, str, str]] = []
        self.notes: list[str] = []

    def looked_at(self, part: str, count: int = 1) -> None:
        """Count what was checked of a part."""
        self.parts[part] = self.parts.get(part, 0) + count

    def add(self, part: str, where: str, what: str) -> None:
        """Say that something is wrong, and where."""
        self.looked_at(part, 0)
        self.wrong.append((part, where, what))


def verify(bag: Path, public_key: Path | None = None, checkpoints: Path | None = None) -> Verdict:
    """Verify a bag, and return what was found. Raises Unreadable."""
    if not (bag / "bagit.txt").is_file() or not (bag / ABOUT).is_file():
        raise Unreadable(f"{bag} is no bundle of Taphos: bagit.txt or {ABOUT} is missing")
    about = _json_file(bag / ABOUT)
    if about.get("format") != FORMAT:
        raise Unreadable(f"{ABOUT} says {about.get('format')!r}; this program knows {FORMAT}")
    verdict = Verdict()
    found = check_bag(bag, verdict)
    key = load_key(bag, public_key, verdict)
    check_seal(bag, found, about, key, verdict)
    ledger = Ledger(bag, about, verdict)
    ledger.check()
    check_checkpoints(bag / CHECKPOINTS, CHECKPOINTS, about, ledger, key, verdict, own=True)
    if checkpoints is not None:
        check_checkpoints(checkpoints, str(checkpoints), about, ledger, key, verdict, own=False)
    check_records(bag, about, ledger, verdict)
    check_originals(bag, about, found, ledger, verdict)
    return verdict


# --- the bag


def check_bag(bag: Path, verdict: Verdict) -> dict[str, str]:
    """Check every file against the lists of the bag; return the SHA-256 of each file as it is."""
    found = {
        path.relative_to(bag).as_posix(): digest(path) for path in sorted(bag.rglob("*")) if path.is_file()
    }
    lists = {"manifest-sha256.txt": "data/", "tagmanifest-sha256.txt": ""}
    for name, below in lists.items():
        listed = _manifest(bag / name, name, verdict)
        for path, wanted in listed.items():
            verdict.looked_at("bag")
            if path not in found:
                verdict.add("bag", path, f"the file is missing, and {name} lists it")
            elif found[path] != wanted:
                verdict.add("bag", path, f"the file was changed: its SHA-256 is not the one in {name}")
        inside = {path for path in found if path.startswith("data/") == bool(below)} - {
            "tagmanifest-sha256.txt"
        }
        for path in sorted(inside - listed.keys()):
            verdict.add("bag", path, f"the file was added, or its line taken out: {name} does not list it")
    return found


def _manifest(path: Path, name: str, verdict: Verdict) -> dict[str, str]:
    listed: dict[str, str] = {}
    if not path.is_file():
        verdict.add("bag", name, "the list of files is missing")
        return listed
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), start=1):
        match = re.fullmatch(r"([0-9a-f]{64})\s+\*?(.+)", line)
        if match is None:
            verdict.add("bag", f"{name}, line {number}", "this is no line of a list of files")
            continue
        file = unquote(match[2])
        if file.startswith(("/", "~")) or ".." in file.split("/"):
            verdict.add("bag", f"{name}, line {number}", "the path leads out of the bag")
        else:
            listed[file] = match[1]
    return listed


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            whole.update(block)
    return whole.hexdigest()


# --- signatures


def load_key(bag: Path, given: Path | None, verdict: Verdict) -> Ed25519PublicKey | None:
    """Return the key that must have signed: the one given, or the bag's own, with a warning. Raises Unreadable."""
    own = _key(bag / KEY)
    if given is None:
        if own is None:
            verdict.add("seal", KEY, "the public key is missing or is none")
        else:
            verdict.notes.append(
                f"The seal was checked with the bag's own key, {key_id(own)}. Compare it with the one you were given "
                "another way, or name that by --public-key: whoever makes a bag can put in a key of their own."
            )
        return own
    key = _key(given)
    if key is None:
        raise Unreadable(f"{given} holds no Ed25519 public key in PEM form")
    if own is None or key_id(own) != key_id(key):
        verdict.add("seal", KEY, f"the bag holds another key than the one given ({key_id(key)})")
    return key


def _key(path: Path) -> Ed25519PublicKey | None:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError):
        return None
    return key if isinstance(key, Ed25519PublicKey) else None


def key_id(key: Ed25519PublicKey) -> str:
    """Return the short name of a key: the beginning of the SHA-256 of its bytes."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def signed_by(key: Ed25519PublicKey | None, signature: Any, text: bytes) -> bool:
    """Say whether a signature in base64 is of this text, by this key."""
    try:
        if key is None:
            return False
        key.verify(base64.b64decode(signature, validate=True), text)
    except (InvalidSignature, binascii.Error, TypeError, ValueError):
        return False
    return True


def check_seal(
    bag: Path, found: dict[str, str], about: dict[str, Any], key: Ed25519PublicKey | None, verdict: Verdict
) -> None:
    """Check that the files are those that were sealed, and that the seal is signed."""
    verdict.looked_at("seal")
    try:
        seal = _json_file(bag / SEAL)
        signature = seal.pop("signature")
        files = dict(seal["files"])
    except (Unreadable, KeyError, TypeError, ValueError):
        verdict.add("seal", SEAL, "the seal is missing or is none")
        return
    text = json.dumps(seal, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()
    if seal.get("format") != SEAL_FORMAT or not signed_by(key, signature, text):
        verdict.add("seal", SEAL, "its signature does not fit: the seal was changed, or another key made it")
    for name in ("chain", "case", "seq", "hash"):
        if seal.get(name) != about.get(name):
            verdict.add(
                "seal", f"{ABOUT}, {name}", f"it says {about.get(name)!r}, and the seal {seal.get(name)!r}"
            )
    inside = {path: sha256 for path, sha256 in found.items() if path.startswith("data/")}
    for path in sorted(files.keys() | inside.keys()):
        if path not in inside:
            verdict.add("seal", path, "the file is missing, and was there when the bundle was sealed")
        elif path not in files:
            verdict.add("seal", path, "the file was not there when the bundle was sealed")
        elif files[path] != inside[path]:
            verdict.add("seal", path, "the file is another than the one that was sealed")


# --- the ledger


class Ledger:
    """The entries of the bundle, and what they say of each record last."""

    def __init__(self, bag: Path, about: dict[str, Any], verdict: Verdict) -> None:
        self.path = bag / LEDGER
        self.chain = about.get("chain")
        self.about = about
        self.verdict = verdict
        self.hashes: dict[int, str] = {}
        #: By table and record: the SHA-256 of what was said last, or None where it is withheld.
        self.last: dict[tuple[str, str], str | None] = {}
        self.withheld = self.in_part = 0
        self.end = 0

    def check(self) -> None:
        """Check every entry, in the order in which they stand."""
        before, expected = NOTHING_BEFORE, 1
        for number, entry in _lines(self.path, LEDGER, "ledger", self.verdict):
            seq = entry.get("seq")
            if not isinstance(seq, int):
                self._wrong(f"line {number}", "the entry has no number")
                continue
            self.verdict.looked_at("ledger")
            where = f"entry {seq}"
            if seq != expected:
                what = f"here should be entry {expected}: entries are missing, added or out of order"
                self._wrong(where, what)
            self._entry(entry, where, before)
            before, expected = str(entry.get("hash")), seq + 1
            self.hashes.setdefault(seq, before)
        self.end = expected - 1
        if not self.hashes:
            self._wrong("the whole", "there is not one entry")
        elif self.end != self.about.get("seq") or before != self.about.get("hash"):
            self._wrong(
                f"entry {self.about.get('seq')}",
                f"the bundle was made when this was the newest entry, and the ledger ends at {self.end}",
            )
        if self.withheld or self.in_part:
            self.verdict.notes.append(
                f"{self.withheld} entries are withheld from this bundle, and {self.in_part} are shown in part. They "
                "have their place in the chain, which is checked; what they say is not shown, or cannot be checked."
            )

    def _entry(self, entry: dict[str, Any], where: str, before: str) -> None:
        if entry.get("previous") != before:
            self._wrong(where, "it does not follow the entry before it")
        if entry.get("chain") != self.chain:
            self._wrong(where, "it is of another chain")
        if entry.get("withheld") is not None and not self.about.get("redacted_for"):
            self._wrong(where, "it is withheld, though the bundle is said to hold everything")
        if entry.get("withheld") == "entry":
            self.withheld += 1
            return
        self._say_last(entry)
        payload, salt = entry.get("payload"), entry.get("salt")
        if payload is None:
            self.in_part += 1
        else:
            try:
                salted = hashlib.sha256(bytes.fromhex(str(salt)) + str(payload).encode()).hexdigest()
            except ValueError:
                salted = ""
            if salted != entry.get("payload_hash"):
                self._wrong(where, "its payload, or its salt, does not fit the hash of the payload")
        front = [str(entry.get(name)) if entry.get(name) is not None else "-" for name in FRONT]
        if entry.get("form") != 1:
            self._wrong(where, f"its form {entry.get('form')!r} is not known")
            return
        if any("\n" in text or "\r" in text for text in front):
            self._wrong(where, "a field of one line has a line break")
        text = "\n".join([*front, str(entry.get("payload_hash")), str(entry.get("reason"))])
        try:
            hashed = hashlib.sha256(bytes.fromhex(str(entry.get("previous"))) + text.encode()).hexdigest()
        except ValueError:
            hashed = ""
        if hashed != entry.get("hash"):
            self._wrong(where, "what it says does not fit its hash: who, when, what or why was changed")

    def _say_last(self, entry: dict[str, Any]) -> None:
        record = (str(entry.get("table_name")), str(entry.get("record_id")))
        said = entry.get("payload") if entry.get("payload") is not None else entry.get("shown")
        if entry.get("operation") == "D":
            self.last.pop(record, None)
        else:
            self.last[record] = None if said is None else hashlib.sha256(str(said).encode()).hexdigest()

    def _wrong(self, where: str, what: str) -> None:
        self.verdict.add("ledger", f"{LEDGER}, {where}", what)


def check_checkpoints(
    path: Path,
    name: str,
    about: dict[str, Any],
    ledger: Ledger,
    key: Ed25519PublicKey | None,
    verdict: Verdict,
    *,
    own: bool,
) -> None:
    """Check checkpoints, the bag's own or a copy that somebody else held, against the ledger."""
    at_end = False
    later = 0
    for number, line in _lines(path, name, "checkpoints", verdict):
        if line.get("chain") != about.get("chain"):
            if own:
                verdict.add("checkpoints", f"{name}, line {number}", "it is of another chain")
            continue
        verdict.looked_at("checkpoints")
        where = f"{name}, line {number} (entry {line.get('seq')})"
        names = ("format", "chain", "seq", "hash", "at", "key", "case")
        text = "\n".join(str(line.get(field)) for field in names).encode()
        if line.get("format") != CHECKPOINT_FORMAT or not signed_by(key, line.get("signature"), text):
            verdict.add(
                "checkpoints", where, "its signature does not fit: it was forged, or another key made it"
            )
            continue
        seq, at = line.get("seq"), str(line.get("at"))
        if seq not in ledger.hashes:
            if own or at <= str(about.get("made_at")):
                verdict.add(
                    "checkpoints", where, "the ledger does not have this entry any more: its end was cut off"
                )
            else:
                later += 1
        elif ledger.hashes[seq] != line.get("hash"):
            verdict.add(
                "checkpoints", where, "the ledger has another hash of this entry: it was written anew"
            )
        at_end = at_end or seq == about.get("seq")
    if own and not at_end:
        verdict.add("checkpoints", name, f"no checkpoint is of the newest entry, {about.get('seq')}")
    if later:
        verdict.notes.append(f"{later} checkpoints in {name} are newer than this bundle.")


# --- records and originals


def check_records(bag: Path, about: dict[str, Any], ledger: Ledger, verdict: Verdict) -> None:
    """Check that each record is what the last entry about it says, and that all of them are there."""
    missing = {record for record, said in ledger.last.items() if said is not None}
    tables = about.get("records")
    for table, name in sorted(tables.items() if isinstance(tables, dict) else ()):
        for number, line, text in _texts(bag / str(name), str(name), "records", verdict):
            verdict.looked_at("records")
            record = (table, str(line.get("id")))
            where = f"{name}, line {number} (record {record[1]})"
            if record not in ledger.last:
                verdict.add("records", where, "the ledger knows no such record: it was added")
            elif ledger.last[record] != hashlib.sha256(text.encode()).hexdigest():
                verdict.add("records", where, "it is not what the last entry about it says")
            elif record not in missing:
                verdict.add("records", where, "the record stands here twice")
            missing.discard(record)
    for table, key in sorted(missing):
        name = tables.get(table) if isinstance(tables, dict) else None
        verdict.add("records", f"{name or table} (record {key})", "the record is missing")


def check_originals(
    bag: Path, about: dict[str, Any], found: dict[str, str], ledger: Ledger, verdict: Verdict
) -> None:
    """Check that each original has the SHA-256 by which it is named, and that each that a record names is there."""
    stored = {
        path: path.rsplit("/", 1)[-1].split(".")[0] for path in found if path.startswith("data/originals/")
    }
    for path, named in sorted(stored.items()):
        verdict.looked_at("originals")
        if found[path] != named:
            verdict.add("originals", path, "the file is not the one whose SHA-256 it is named by")
    there = set(stored.values())
    withheld = set(about.get("originals_withheld") or ())
    if withheld:
        verdict.notes.append(f"{len(withheld)} originals are withheld from this bundle.")
    for table, column in sorted(dict(about.get("originals_of") or {}).items()):
        name = about["records"].get(table)
        if name is None:
            continue
        for number, line, _text in _texts(bag / name, name, "originals", Verdict()):
            wanted = line.get(column)
            if wanted and wanted not in there and line.get("id") not in withheld:
                where = f"{name}, line {number} (record {line.get('id')})"
                verdict.add("originals", where, f"the original {wanted} is missing")


# --- reading


def _json_file(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise Unreadable(f"{path.name} cannot be read: {error}") from error
    if not isinstance(value, dict):
        raise Unreadable(f"{path.name} is no object")
    return value


def _texts(path: Path, name: str, part: str, verdict: Verdict) -> Iterator[tuple[int, dict[str, Any], str]]:
    """Yield the number, the object and the text of each line."""
    try:
        file = path.open("r", encoding="utf-8", newline="\n")
    except OSError:
        verdict.add(part, name, "the file is missing")
        return
    with file:
        number = 0
        try:
            for number, raw in enumerate(file, start=1):
                text = raw.rstrip("\n")
                value: Any = json.loads(text)
                if not isinstance(value, dict):
                    raise TypeError
                yield number, value, text
        except (TypeError, ValueError, RecursionError):
            verdict.add(
                part, f"{name}, line {number}", "this is no JSON, so nothing from here on can be read"
            )


def _lines(path: Path, name: str, part: str, verdict: Verdict) -> Iterator[tuple[int, dict[str, Any]]]:
    return ((number, value) for number, value, _text in _texts(path, name, part, verdict))


def main(arguments: list[str] | None = None) -> int:
    """Verify what the command line names, say what was found, and return the exit status."""
    parser = argparse.ArgumentParser(description="Verify a case bundle of Taphos, without Taphos.")
    parser.add_argument("bag", type=Path, help="the folder of the bundle")
    parser.add_argument(
        "--public-key", type=Path, help="the public key (PEM), as you were given it another way"
    )
    parser.add_argument("--checkpoints", type=Path, help="checkpoints that somebody else held")
    given = parser.parse_args(arguments)
    try:
        verdict = verify(given.bag, given.public_key, given.checkpoints)
    except (Unreadable, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return say(verdict)


def say(verdict: Verdict, out: Any | None = None) -> int:
    """Write a verdict for people, and return the exit status."""
    out = out or sys.stdout
    for part, count in verdict.parts.items():
        wrong = [(where, what) for of, where, what in verdict.wrong if of == part]
        print(f"{part}: {count} checked, {f'{len(wrong)} WRONG' if wrong else 'whole'}", file=out)
        for where, what in wrong[:MOST_SAID]:
            print(f"  {where}: {what}", file=out)
        if len(wrong) > MOST_SAID:
            print(f"  and {len(wrong) - MOST_SAID} more", file=out)
    for note in verdict.notes:
        print(f"note: {note}", file=out)
    print("The bundle is whole." if not verdict.wrong else "The bundle is NOT whole.", file=out)
    return 1 if verdict.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
