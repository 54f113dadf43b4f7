"""Reading what another installation sends: each line is checked against its own hashes and against the one before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

#: The one byte form that there is so far; see docs/ledger.md.
FORM: Final = 1
#: A longer line is refused before it is read (bytes).
LONGEST: Final = 16 * 1024 * 1024
_PAYLOAD: Final = b'"payload":'


class BadLine(ValueError):
    """A line that is none of ours, or whose hashes do not fit: what it says is not believed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a stream; without content where the record has left our sight."""

    seq: int
    table: str
    record: str
    hash: bytes
    previous: bytes
    #: The exact characters of the record, or None where it is withdrawn.
    payload: str | None = None
    redacted: bool = False
    at_us: int = 0
    actor_name: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Return which record it is about."""
        return self.table, self.record


def read_json(raw: bytes) -> dict[str, Any]:
    """Return the object of a line. Raises BadLine."""
    if len(raw) > LONGEST:
        raise BadLine(_("A line is longer than %(most)d bytes.") % {"most": LONGEST})
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadLine(_("A line is not JSON.")) from error
    if not isinstance(found, dict):
        raise BadLine(_("A line is no object."))
    return found


def read_line(raw: bytes, chain: str) -> Line:
    """Return the entry of a line of a case, once its hashes fit. Raises BadLine."""
    fields = read_json(raw)
    try:
        seq, table, record = fields["seq"], fields["table"], fields["record"]
        previous, stated = bytes.fromhex(fields["previous"]), bytes.fromhex(fields["hash"])
        if not (isinstance(seq, int) and isinstance(table, str) and isinstance(record, str)):
            raise TypeError
        if fields.get("withdrawn") is True:
            return Line(seq, table, record, stated, previous)
        payload = raw[raw.index(_PAYLOAD) + len(_PAYLOAD) : -1]
        if entry_hash(fields, chain) != stated:
            raise BadLine(_("Entry %(seq)d was altered: its hash does not fit.") % {"seq": seq})
        if fields["salt"] is not None:
            salted = hashlib.sha256(bytes.fromhex(fields["salt"]) + payload).hexdigest()
            if salted != fields["payload_hash"]:
                raise BadLine(_("The record of entry %(seq)d was altered.") % {"seq": seq})
        elif fields["redacted"] is not True:
            raise BadLine(_("Entry %(seq)d is whole, and comes without its salt.") % {"seq": seq})
        return Line(
            seq, table, record, stated, previous, payload.decode(), fields["redacted"], int(fields["at_us"]),
            str(fields["actor_name"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, BadLine):
            raise
        raise BadLine(_("A line lacks what every entry has.")) from error


def entry_hash(fields: dict[str, Any], chain: str) -> bytes:
    """Return the hash that an entry must have. Raises BadLine for a form that is not known."""
    if fields["form"] != FORM:
        raise BadLine(_("Entry %(seq)s is of a form that is not known here.") % {"seq": fields["seq"]})
    parts = [
        str(FORM),
        chain,
        str(fields["seq"]),
        str(fields["at_us"]),
        fields["actor_id"] or "-",
        fields["actor_name"],
        fields["agency"],
        fields["channel"],
        fields["action"],
        fields["table"],
        fields["operation"],
        fields["db_user"],
        fields["record"],
        fields["payload_hash"],
        fields["reason"],
    ]
    return hashlib.sha256(bytes.fromhex(fields["previous"]) + "\n".join(parts).encode()).digest()
