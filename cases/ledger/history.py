"""The ledger as people read it: the history of one record, and the latest changes of a case.

Nobody reads here what they may not see on the record's own page: neither a record, nor a field, nor a time at which the
record was kept from them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.timesince import timesince

from cases import access
from cases.ledger.entries import entries_of
from cases.ledger.payloads import Difference, Payload, Reader, Sight, parsed, with_references
from cases.ledger.states import stays_of
from cases.ledger.tables import recorded_tables
from cases.ledger.words import action_in_words, channel_in_words
from cases.models import Case, Handling, LedgerEntry, Topic

#: Entries of one record shown at once, unless asked otherwise.
PAGE: Final = 100
#: Entries on one page of a record's history.
SHOWN: Final = 25
#: How often `latest_changes` looks further back when what it found is not for the viewer.
LOOKS: Final = 3
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_READ: Final = (
    "seq",
    "at_us",
    "actor_name",
    "agency",
    "channel",
    "action",
    "reason",
    "table_name",
    "record_id",
    "operation",
    "payload",
)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of a record. `whole` says that the differences are all the record said, not only what changed."""

    seq: int
    at: dt.datetime
    actor_name: str
    agency: str
    channel: str
    action: str
    reason: str
    whole: bool
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some of a record's history, newest first; `older` and `newer` are the `before` of the pages beside it.

    `newer` is 0 where that page is the newest. None where there is no page.
    """

    entries: list[HistoryEntry]
    older: int | None = None
    newer: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a case's latest changes. `target` is the model and key of the record, `record` its name."""

    seq: int
    at: dt.datetime
    actor_name: str
    agency: str
    action: str
    record: str
    target: tuple[str, Any]

    @property
    def link(self) -> str:
        """Return the address of the record's page, empty when it has none."""
        app_label, name = self.target[0].split(".")
        try:
            return reverse(f"admin:{app_label}_{name}_change", args=[self.target[1]])
        except NoReverseMatch:
            return ""


def moment(at_us: int) -> dt.datetime:
    """Return the instant of an entry."""
    return _EPOCH + dt.timedelta(microseconds=at_us)


def history_of(
    record: Any, viewer: access.Person, *, limit: int = PAGE, before: int | None = None
) -> list[HistoryEntry]:
    """Return a record's changes for this viewer, newest first; `before` is the `seq` at which an earlier page ended.

    A change while the record was kept from the viewer is left out, and the one after it shows the record as a whole
    and not what differed from what they may not know.
    """
    return history_page(record, viewer, limit=limit, before=before).entries


def history_page(
    record: Any, viewer: access.Person, *, limit: int = SHOWN, before: int | None = None
) -> HistoryPage:
    """Return one page of what `history_of` returns, with the way to the pages beside it.

    What is left out for the viewer is on no page: pages are as full, and as many, as what they may read makes them.
    """
    case = getattr(record, "case", None)
    sight = Sight.of(viewer, case)
    if not _may_read(viewer, record, case):
        return HistoryPage([])
    every = _without_withheld(entries_of(record), sight)
    entries = every.order_by("-seq").only(*_READ)
    if before is not None:
        entries = entries.filter(seq__lt=before)
    read = [
        (entry, payload) for entry in entries[: limit + 1] if sight.covers(payload := parsed(entry.payload))
    ]
    reader = Reader(type(record), sight, [payload for _entry, payload in read])
    now = access.hidden_fields(viewer, record) if case is not None else frozenset()
    shown = []
    for place, (entry, payload) in enumerate(read[:limit]):
        earlier = read[place + 1][1] if place + 1 < len(read) else None
        if earlier is not None and not _follows(earlier, payload):
            earlier = None
        shown.append(_entry(reader, entry, payload, earlier, now))
    older = shown[-1].seq if len(read) > limit else None
    return HistoryPage(shown, older, _newer(every, before, limit))


def _without_withheld(entries: models.QuerySet[LedgerEntry], sight: Sight) -> models.QuerySet[LedgerEntry]:
    """Leave out entries by the handling in their payload, as the trigger writes it.

    It spares reading them; `Sight.covers` decides.
    """
    for handling in Handling:
        if handling not in sight.handlings:
            entries = entries.exclude(Q(payload__contains=f'"handling":"{handling.value}"'))
    return entries


def _follows(earlier: Payload, payload: Payload) -> bool:
    """Say whether no change lies between two: every change counts the record's version on by one."""
    return int(earlier["version"]) + 1 == int(payload["version"])


def _newer(entries: models.QuerySet[LedgerEntry], before: int | None, limit: int) -> int | None:
    if before is None:
        return None
    above = entries.filter(seq__gte=before).order_by("seq").values_list("seq", flat=True)[: limit + 1]
    found = list(above)
    if not found:
        return None
    return found[limit] if len(found) > limit else 0


def _entry(
    reader: Reader, entry: LedgerEntry, payload: Payload, earlier: Payload | None, hidden: frozenset[str]
) -> HistoryEntry:
    hidden |= reader.hidden_in(payload)
    if earlier is not None:
        hidden |= reader.hidden_in(earlier)
    return HistoryEntry(
        seq=entry.seq,
        at=moment(entry.at_us),
        actor_name=entry.actor_name,
        agency=entry.agency,
        channel=channel_in_words(entry.channel),
        action=action_in_words(entry.action),
        reason=entry.reason,
        whole=earlier is None,
        differences=reader.differences(earlier, payload, hidden) if entry.operation != "D" else [],
    )


def _may_read(viewer: access.Person, record: Any, case: Case | None) -> bool:
    if case is None:
        return access.may_somewhere(viewer, record.permission("view"))
    return access.sees(viewer, record) and access.may(viewer, "cases.ledger:view", case)


def stays_in_words(record: Any, viewer: access.Person) -> list[dict[str, Any]]:
    """Return how long a record was in each status, as far as the viewer may know, in words."""
    if not _may_read(viewer, record, getattr(record, "case", None)):
        return []
    labels = dict(record._meta.get_field("status").flatchoices)
    stays = stays_of([record], viewer)[record.pk]
    return [
        {
            "status": labels.get(stay.status, stay.status),
            "since": stay.since,
            "until": stay.until,
            "time": timesince(stay.since, stay.until or timezone.now(), depth=1)
            if stay.until or stay is stays[-1]
            else "",
            "actor_name": stay.actor_name,
        }
        for stay in stays
    ]


def changed_since(record: Any, viewer: access.Person, version: int) -> list[Difference]:
    """Return what differs in a record from an earlier version of it, as far as this viewer saw both."""
    sight = Sight.of(viewer, record.case)
    if not _may_read(viewer, record, record.case):
        return []
    entries = _without_withheld(entries_of(record), sight).order_by("-seq").only(*_READ)[:PAGE]
    read = [payload for entry in entries if sight.covers(payload := parsed(entry.payload))]
    then = next((payload for payload in read if int(payload["version"]) == version), None)
    if then is None or not read:
        return []
    reader = Reader(type(record), sight, [then, read[0]])
    hidden = access.hidden_fields(viewer, record) | reader.hidden_in(then) | reader.hidden_in(read[0])
    return reader.differences(then, read[0], hidden)


def latest_changes(case: Case, viewer: access.Person, limit: int = 10) -> list[Change]:
    """Return a case's newest changes of records that the viewer may see, and might see when they were made."""
    sight = Sight.of(viewer, case)
    if not sight.handlings or not access.may(viewer, "cases.ledger:view", case):
        return []
    # That a record was spoken about for the first time tells nothing beside what was said.
    entries = LedgerEntry.objects.filter(chain=case.id).exclude(table_name=Topic._meta.db_table)
    entries = _without_withheld(entries, sight)
    entries = entries.order_by("-seq").only(*_READ)
    found: list[Change] = []
    before: int | None = None
    for _look in range(LOOKS):
        read = list((entries if before is None else entries.filter(seq__lt=before))[: limit * 4])
        for_viewer = [entry for entry in read if sight.covers(parsed(entry.payload))]
        labels = _labels(for_viewer, viewer, sight)
        found += [change for entry in for_viewer if (change := _change(entry, labels)) is not None]
        if len(found) >= limit or len(read) < limit * 4:
            break
        before = read[-1].seq
    return found[:limit]


def changes_of(case: Case, viewer: access.Person, numbers: list[int]) -> list[Change]:
    """Return these entries of a case, in this order, as far as the viewer may read them."""
    sight = Sight.of(viewer, case)
    if not access.may(viewer, "cases.ledger:view", case):
        return []
    entries = LedgerEntry.objects.filter(chain=case.id, seq__in=numbers).only(*_READ)
    by_number = {entry.seq: entry for entry in entries if sight.covers(parsed(entry.payload))}
    read = [by_number[number] for number in numbers if number in by_number]
    labels = _labels(read, viewer, sight)
    return [change for entry in read if (change := _change(entry, labels)) is not None]


def _labels(entries: list[LedgerEntry], viewer: access.Person, sight: Sight) -> dict[tuple[str, str], str]:
    """Return the names of the entries' records that the viewer may see now, with one query per kind of record."""
    by_table: dict[str, set[str]] = {}
    for entry in entries:
        by_table.setdefault(entry.table_name, set()).add(entry.record_id)
    labels = {}
    for name, ids in by_table.items():
        table = recorded_tables().get(name)
        if table is None:
            continue
        manager: Any = table.model._default_manager
        for record in with_references(manager.visible_to(viewer).filter(pk__in=ids)):
            labels[name, str(record.pk)] = sight.label(record) or str(table.model._meta.verbose_name)
    return labels


def _change(entry: LedgerEntry, labels: dict[tuple[str, str], str]) -> Change | None:
    label = labels.get((entry.table_name, entry.record_id))
    if label is None:
        return None
    model: type[models.Model] = recorded_tables()[entry.table_name].model
    return Change(
        seq=entry.seq,
        at=moment(entry.at_us),
        actor_name=entry.actor_name,
        agency=entry.agency,
        action=action_in_words(entry.action),
        record=label,
        target=(model._meta.label_lower, UUID(entry.record_id)),
    )
