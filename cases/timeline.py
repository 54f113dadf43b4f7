"""The timeline of a case: what happened and what was recorded, in people's words and in the order of days.

Apps say how their kinds of records are told (`Teller`), or tell many at once (`Source`). An event stands at the day of
the fact where its record has one, and otherwise at the day of recording, and says which. Read from the ledger, so that
a viewer is told what they see now and might see when it was recorded, and nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection, models
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases import access
from cases.ledger.history import moment
from cases.ledger.payloads import Sight, with_references

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from cases.models.case import Case
    from cases.models.user import User

#: Records of one kind that are told at most: the newest.
MOST: Final = 2_000
#: Says of a record what happened. What the viewer may not see of it is empty by then.
Said = Callable[[Any], str]
#: A day in the order of days, and as it is written when it is no plain day.
Day = tuple[dt.date | None, str]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `day` is that of the fact, or None where only the recording has a time."""

    kind: str
    day: dt.date | None
    day_in_words: str
    at: dt.datetime
    actor_id: UUID | None
    actor_name: str
    sentence: str
    link: str
    seq: int = 0

    @property
    def on(self) -> dt.date:
        """Return the day at which it stands."""
        return self.day or timezone.localtime(self.at).date()

    @property
    def order(self) -> tuple[dt.date, dt.datetime, int]:
        """Return its place among the others."""
        return self.on, self.at, self.seq


@dataclass(frozen=True, slots=True)
class Teller:
    """How one kind of record is told: its beginning at the day of the fact, and each of its statuses as it came."""

    model: type[models.Model]
    begun: Said
    day: Callable[[Any], Day] | None = None
    #: What a status is called when a record comes to it: "%(record)s: now %(status)s" otherwise.
    status: Callable[[Any, str], str] | None = None
    #: Narrows the records that are told.
    only: Callable[[Any], Any] = lambda rows: rows

    @property
    def kind(self) -> str:
        """Return the stem of the kind."""
        return str(self.model._meta.label_lower)


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are asked for; None where that side is open."""

    first: dt.date | None = None
    last: dt.date | None = None

    def holds(self, day: dt.date) -> bool:
        """Say whether a day lies in it."""
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


#: Tells many events at once, where a kind has too many records to tell one by one.
Source = Callable[["Case", "User", Period], Iterable[Event]]

_tellers: dict[str, Teller] = {}
_sources: dict[str, tuple[StrOrPromise, Source]] = {}


def tell(*tellers: Teller) -> None:
    """Add how kinds of records are told."""
    for teller in tellers:
        _tellers[teller.kind] = teller


def contribute(kind: str, label: StrOrPromise, source: Source) -> None:
    """Add what tells many events at once."""
    _sources[kind] = (label, source)


def kinds() -> dict[str, str]:
    """Return the kinds that a timeline can be narrowed to, by stem."""
    named = {kind: str(capfirst(teller.model._meta.verbose_name)) for kind, teller in _tellers.items()}
    return named | {kind: str(label) for kind, (label, _source) in _sources.items()}


def plain_day(day: dt.date | None) -> Day:
    """Return a day that is known to the day."""
    return day, ""


def events_of(case: Case, viewer: User, *, kind: str = "", period: Period = Period()) -> list[Event]:
    """Return what is told of a case to this viewer, in order; of one kind, and in a period, where asked."""
    if not access.may(viewer, "cases.ledger:view", case):
        return []
    told = [teller for name, teller in _tellers.items() if kind in {"", name}]
    found = list(_told(case, viewer, told))
    for name, (_label, source) in _sources.items():
        if kind in {"", name}:
            found += source(case, viewer, period)
    return sorted((event for event in found if period.holds(event.on)), key=lambda event: event.order)


#: The entries of some records, with the status before each.
_ENTRIES = """
    SELECT e.table_name, e.record_id, e.seq, e.at_us, e.actor_id, e.actor_name, p.status,
           coalesce(p.handling, 'open')
    FROM unnest(%s::text[], %s::text[]) AS wanted(table_name, record_id)
    JOIN ledger_entry e ON e.table_name = wanted.table_name AND e.record_id = wanted.record_id,
         json_to_record(e.payload::json) AS p(status text, handling text)
    ORDER BY e.seq
"""


def _told(case: Case, viewer: User, tellers: Iterable[Teller]) -> Iterator[Event]:
    sight = Sight.of(viewer, case)
    records: dict[tuple[str, str], tuple[Teller, Any]] = {}
    for teller in tellers:
        for record in _records(teller, case, viewer):
            records[teller.model._meta.db_table, str(record.pk)] = teller, record
    if not records:
        return
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [[table for table, _id in records], [pk for _table, pk in records]])
        rows = cursor.fetchall()
    entries: dict[tuple[str, str], list[Any]] = {}
    for table, pk, *entry in rows:
        entries.setdefault((table, pk), []).append(entry)
    for key, (teller, record) in records.items():
        for name in sight.hidden_in(record):
            field: Any = record._meta.get_field(name)
            setattr(record, field.attname, None if field.null else "")
        yield from _events(teller, record, entries.get(key, []), sight)


def _records(teller: Teller, case: Case, viewer: User) -> list[Any]:
    manager: Any = teller.model._default_manager
    if teller.kind == "cases.case":
        return [case]
    rows = manager.visible_to(viewer).filter(case=case, withdrawn_at__isnull=True)
    return list(with_references(teller.only(rows)).order_by("-id")[:MOST])


def _events(teller: Teller, record: Any, entries: list[Any], sight: Sight) -> Iterator[Event]:
    link = _link(record)
    status: str | None = None
    begun = False
    for seq, at_us, actor_id, actor_name, now, handling in entries:
        if handling not in sight.handlings:
            continue
        common = (moment(at_us), actor_id, actor_name)
        if not begun:
            day, words = teller.day(record) if teller.day else (None, "")
            yield Event(teller.kind, day, words, *common, teller.begun(record), link, seq)
        elif now != status and now is not None:
            yield Event(teller.kind, None, "", *common, _come_to(teller, record, now), link, seq)
        begun, status = True, now


def _come_to(teller: Teller, record: Any, status: str) -> str:
    if teller.status is not None:
        return teller.status(record, status)
    labels = dict(record._meta.get_field("status").flatchoices)
    return _("%(record)s: now %(status)s") % {"record": record, "status": labels.get(status, status)}


def _link(record: Any) -> str:
    stem = f"{record._meta.app_label}_{record._meta.model_name}"
    try:
        return reverse(f"admin:{stem}_change", args=[record.pk])
    except NoReverseMatch:
        return ""
