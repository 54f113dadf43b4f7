"""Pushing what was logged here to another installation, as contributions that a person of the case there decides on.

Nothing is kept here about what was sent: the other end keeps every contribution as it was sent, so each push begins by
reading them, and sends what is said differently now. Whatever breaks, and whenever, the next push goes on from there.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol

from django.utils.translation import gettext as _

from cases.exchange.comparison import Standing, normal, shown_as_written, standing
from cases.exchange.contributed import Contributed
from cases.exchange.pull import Source, pull
from cases.exchange.remote import RemoteFault
from cases.models.base import Handling
from cases.models.contribution import ContributionStatus
from cases.models.ledger import AccessKind
from cases.models.mirror import Mirror, MirrorState
from cases.refusals import WrongState
from cases.services.access_log import log_access

#: How often something is sent again at most, where the other end asks to wait, and the longest wait (s).
TRIES: Final = 6
LONGEST: Final = 60.0
_PAGE: Final = "500"
#: Refusals that pass by themselves.
_PASSING: Final = frozenset({"idempotency.in_flight", "record.busy", "request.too_many"})
#: Answers that are about the one thing that was sent, and not about who sends it.
_OF_THIS: Final = frozenset({409, 422})


class Receiver(Protocol):
    """Whatever is pushed to."""

    url: str

    def read(self, path: str, **parameters: str) -> dict[str, Any]:
        """Return what is at an address."""

    def post(self, path: str, body: Mapping[str, Any], key: str) -> dict[str, Any]:
        """Do something there, once for each key."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """One kind of record that is pushed: the column of the number that it has there, and what no push changes."""

    kind: Contributed
    number: str
    fixed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """One record of this installation, as it is said there."""

    record: Any
    identifier: str
    values: Mapping[str, Any]
    #: For the person who decides; it ends with the mark of the record.
    remark: str


class Outcome(StrEnum):
    """What became of one record there."""

    PROPOSED = "proposed"
    CONFLICT = "conflict"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REFUSED = "refused"


@dataclass(slots=True)
class Told:
    """How one record stands there."""

    identifier: str
    outcome: Outcome
    #: Whether it was sent by this push.
    sent: bool = False
    #: The number that it has there, once it was accepted and may be seen.
    number: str = ""
    #: Fields that both ends changed, or, where a change was accepted, that were not taken over.
    fields: list[str] = field(default_factory=list)
    #: Why it was declined or refused.
    why: str = ""


def brought_up(source: Source, mirror: Mirror) -> Mirror:
    """Pull first, so that it is known what became of what was sent.

    Raises `push.not_shared` and what `pull` raises.
    """
    mirror = pull(source, mirror)
    if mirror.state == MirrorState.ENDED:
        raise WrongState(
            "push.not_shared",
            _("Case %(number)s is not shared with us there any more.") % {"number": mirror.number},
            way_forward=_("What is not sent yet stays here. Ask for another agreement."),
        )
    return mirror


def push(remote: Receiver, mirror: Mirror, pushed: Pushed, records: Iterable[Said]) -> Iterator[Told]:
    """Send what is not there yet as it is here, record by record, and tell of each how it stands there.

    What became of it there is known as far as the mirror was pulled. Raises RemoteFault with what is no fault of one
    record: that nobody answers, or that none of this kind may be contributed.
    """
    there = _There(remote, mirror, pushed)
    for said in records:
        told = there.tell(said)
        if told is not None:
            yield told


class _There:
    """What the other end has from us, of one kind and case."""

    def __init__(self, remote: Receiver, mirror: Mirror, pushed: Pushed) -> None:
        self._remote, self._mirror, self._pushed = remote, mirror, pushed
        self._sent: dict[str, list[dict[str, Any]]] = {}
        asked = {"case": str(mirror.chain), "kind": pushed.kind.name, "limit": _PAGE}
        while True:
            page = remote.read("/contributions", **asked)
            for row in page["results"]:
                self._sent.setdefault(row["identifier"], []).append(row)
            if not page["next_cursor"]:
                break
            asked["cursor"] = page["next_cursor"]
        for rows in self._sent.values():
            rows.sort(key=lambda row: str(row["id"]))
        became = {str(row["became"]) for rows in self._sent.values() for row in rows if row["became"]}
        table = pushed.kind.model._meta.db_table
        held = mirror.records.filter(table_name=table, record_id__in=became)
        self._mirrored = {
            record: json.loads(payload) for record, payload in held.values_list("record_id", "payload")
        }

    def tell(self, said: Said) -> Told | None:
        """Send a record if it says something new; return how it stands, or None where nothing of it is there."""
        before = self._sent.get(said.identifier, [])
        if said.record.withdrawn_at is not None and not any(map(_stands, before)):
            return None
        said = _with_what_is_empty_now(said, before)
        fault = self._fault(said, filter(_stands, before))
        if fault is not None:
            return Told(said.identifier, Outcome.REFUSED, why=fault)
        if before and (before[-1]["values"], before[-1]["remark"]) == (said.values, said.remark):
            return self._standing(before)
        try:
            made = self._send(said)
        except RemoteFault as refused:
            if refused.status not in _OF_THIS:
                raise
            return Told(said.identifier, Outcome.REFUSED, why=str(refused))
        told = self._standing([*before, made])
        told.sent = True
        return told

    def _fault(self, said: Said, standing_there: Iterable[dict[str, Any]]) -> str | None:
        """Say why it is not sent: the identifier is somebody else's there, or it was said to be elsewhere."""
        for row in standing_there:
            if not row["remark"].endswith(mark_of(said.record)):
                return _(
                    "Your agency has sent something else under this number. Another laptop, or the same one set up"
                    " anew, needs a site of a code of its own."
                )
            if any(row["values"].get(name) != said.values.get(name) for name in self._pushed.fixed):
                return _(
                    "It was sent as one of another site. Somebody there moves it, or declines it, with a reason."
                )
        return None

    def _send(self, said: Said) -> dict[str, Any]:
        body = {
            "case": str(self._mirror.chain),
            "kind": self._pushed.kind.name,
            "identifier": said.identifier,
            "values": said.values,
            "remark": said.remark,
        }
        if said.record.handling != Handling.OPEN:
            body["handling"] = said.record.handling
        detail = _("Version %(version)d, sent to %(url)s.")
        detail %= {"version": said.record.version, "url": self._remote.url}
        log_access(AccessKind.EXPORTED, None, record=said.record, detail=detail)
        key = key_of(said, body)
        for tried in range(TRIES):
            try:
                return self._remote.post("/contributions", body, key)
            except RemoteFault as fault:
                if fault.code not in _PASSING or tried == TRIES - 1:
                    raise
                time.sleep(min(fault.wait_s or 2.0**tried, LONGEST))
        raise AssertionError

    def _standing(self, rows: list[dict[str, Any]]) -> Told:
        newest = rows[-1]
        accepted = [row for row in rows if row["status"] == ContributionStatus.ACCEPTED]
        told = Told(newest["identifier"], Outcome(newest["status"]), why=newest["decline_reason"])
        if accepted:
            told.number = self._there(accepted[-1]).get(self._pushed.number, "")
        if told.outcome == Outcome.ACCEPTED and len(accepted) > 1:
            told.fields = sorted(_changed_between(accepted[-2], newest) - set(newest["taken"]))
        elif told.outcome == Outcome.PROPOSED and accepted:
            told.fields = self._conflicts(accepted[-1], newest)
            told.outcome = Outcome.CONFLICT if told.fields else told.outcome
        return told

    def _conflicts(self, accepted: Mapping[str, Any], newest: Mapping[str, Any]) -> list[str]:
        """Return the fields about which a person will be asked, as far as we are shown the record."""
        kind = self._pushed.kind
        before, theirs = normal(kind, accepted["values"]), normal(kind, newest["values"])
        ours = shown_as_written(kind, self._there(accepted), theirs)
        return sorted(
            name
            for name, value in theirs.items()
            if name in ours and standing(value, before.get(name), ours[name]) == Standing.CONFLICT
        )

    def _there(self, accepted: Mapping[str, Any]) -> dict[str, Any]:
        """Return the record that it became, as it was pulled; nothing of it where it is not shared."""
        return self._mirrored.get(str(accepted["became"]), {})


def mark_of(record: Any) -> str:
    """Return what tells a record from every other, wherever it was logged: a number can be given twice by mistake."""
    return f"{record._meta.db_table}:{record.pk}"


def key_of(said: Said, body: Mapping[str, Any]) -> str:
    """Return the key under which a version of a record is sent, however often: the same for the same version.

    What is said of a version can change without it (a site there that stands for ours), so that is part of it.
    """
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    return f"push-{said.record.pk}-{said.record.version}-{digest[:32]}"


def _with_what_is_empty_now(said: Said, before: list[dict[str, Any]]) -> Said:
    """Leave out what is empty, unless something was said of it before."""
    named = {name for row in before for name in row["values"]}
    values = {name: value for name, value in said.values.items() if value not in (None, "") or name in named}
    return Said(said.record, said.identifier, values, said.remark)


def _changed_between(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> set[str]:
    first, second = earlier["values"], later["values"]
    return {name for name in second if second[name] != first.get(name)}


def _stands(row: Mapping[str, Any]) -> bool:
    return bool(row["status"] != ContributionStatus.DECLINED)
