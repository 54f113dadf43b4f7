"""The seal of a bundle: its list of files, signed. A list alone can be written anew by whoever changes a file."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cases.ledger.keys import key_id

FORMAT: Final = "taphos-seal-1"
NAME: Final = "seal.json"


def write(bag: Path, about: dict[str, Any], key: Ed25519PrivateKey) -> None:
    """Sign the files of a bag, as its own list has them."""
    lines = (bag / "manifest-sha256.txt").read_text("utf-8").splitlines()
    files = {path: sha256 for sha256, path in (line.split(maxsplit=1) for line in lines)}
    seal = {
        "format": FORMAT,
        **{name: about[name] for name in ("chain", "case", "seq", "hash")},
        "at": about["made_at"],
        "key": key_id(key.public_key()),
        "files": files,
    }
    signature = key.sign(signed_text(seal))
    (bag / NAME).write_text(
        json.dumps({**seal, "signature": base64.b64encode(signature).decode()}, ensure_ascii=False, indent=1),
        encoding="utf-8",
    )


def signed_text(seal: dict[str, Any]) -> bytes:
    """Return what the signature covers: the seal as JSON, its names in order, without spaces, in ASCII."""
    return json.dumps(seal, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()
