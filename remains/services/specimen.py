"""Specimens: the doors to logging them under numbers that are never used again, to changing and withdrawing them.

What goes through here goes all or nothing, and asks the database as often for two hundred bones as for one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change as named
from cases.models.base import Handling
from cases.models.code import Code
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, Refusal
from cases.services.record import reason_given, refuse_stale, refuse_withdrawn
from cases.services.rules import refusal_of, row_of
from remains.models.find import Find
from remains.models.specimen import NO_TOOTH, Specimen
from remains.science.elements import InvalidSpecimen, check_place
from remains.services.lineage import refuse_merged
from remains.services.specimen_number import number_specimens

#: What may be changed of a recorded specimen; its find, by moving it.
CHANGEABLE = (
    "element_id",
    "side",
    "zones",
    "completeness",
    "fragment_count",
    "weight_g",
    "cohort",
    "tooth_status_id",
    "dna_group",
    "notes",
    "handling",
)
_REFERENCES = ("case", "find", "numbered_at", "element", "tooth_status")
#: Rows written by one statement; each writes an entry of the ledger.
BATCH = 1000


def log_specimens(*, actor: User, records: Sequence[Specimen], reason: str = "") -> list[Specimen]:
    """Log specimens of one case under the next numbers of their finds, all or none.

    A refusal says in `row` which of them it is about. Raises `specimen.element`, `specimen.side`, `specimen.zone`,
    `specimen.status_of_tooth`, `specimen.no_tooth`, `specimen.several_cases`, `find.merged`, `record.withdrawn`.
    """
    rows = list(records)
    if not rows:
        return []
    with transaction.atomic(), named(actor, "remains.specimen.logged", reason=reason.strip()):
        finds = lock_finds(actor, {row.find_id for row in rows}, Specimen.permission("create"))
        for at, row in enumerate(rows):
            with in_row(at):
                _belong(actor, row, finds)
        check(rows)
        number_specimens(rows, finds)
        write_all(rows)
    return rows


def create(*, actor: User, record: Specimen) -> Specimen:
    """Log one specimen. Raises what `log_specimens` raises."""
    with _of_one():
        [logged] = log_specimens(actor=actor, records=[record])
    return logged


def change_specimens(
    *, actor: User, changes: Sequence[tuple[Specimen, int]], reason: str = ""
) -> list[Specimen]:
    """Change recorded specimens, each read at the version that stands beside it, all or none.

    What changes nothing is not recorded. Raises `record.stale`, `record.withdrawn`, `record.not_by_hand` and what
    `log_specimens` raises; the row is the place in `changes`.
    """
    if not changes:
        return []
    with transaction.atomic(), named(actor, "remains.specimen.changed", reason=reason.strip()):
        stored = lock_specimens(actor, [record for record, _version in changes], "change")
        differ: list[Specimen] = []
        for at, (record, version) in enumerate(changes):
            old = stored[record.pk]
            with in_row(at):
                refuse_stale(old, version)
                refuse_withdrawn(old)
                _refuse_other_doors(old, record)
                _refuse_handling(actor, record, old.find)
            record.zones = sorted(set(record.zones))
            if any(getattr(record, name) != getattr(old, name) for name in CHANGEABLE):
                differ.append(record)
        places = {record.pk: at for at, (record, _version) in enumerate(changes)}
        with _placed([places[record.pk] for record in differ]):
            check(differ)
            _update(differ)
        for record in differ:
            record.version = stored[record.pk].version + 1
    return differ


def change(*, actor: User, record: Specimen, version: int) -> Specimen:
    """Change one specimen. Raises what `change_specimens` raises."""
    with _of_one():
        change_specimens(actor=actor, changes=[(record, version)])
    return record


def withdraw_specimens(
    *, actor: User, specimens: Sequence[tuple[Specimen, int | None]], reason: str
) -> list[Specimen]:
    """Withdraw specimens with one reason, all or none. They stay in the history, and no longer count.

    Raises `record.withdrawal_without_reason`, `record.withdrawn`, `record.stale`.
    """
    if not specimens:
        return []
    reason = reason_given(reason, "record.withdrawal_without_reason")
    with transaction.atomic(), named(actor, "remains.specimen.withdrawn", reason=reason):
        stored = lock_specimens(actor, [record for record, _version in specimens], "withdraw")
        for at, (record, version) in enumerate(specimens):
            with in_row(at):
                if version is not None:
                    refuse_stale(stored[record.pk], version)
                refuse_withdrawn(stored[record.pk])
        gone = [stored[record.pk] for record, _version in specimens]
        at_once = timezone.now()
        Specimen.objects.filter(pk__in=[record.pk for record in gone]).update(
            withdrawn_at=at_once, withdrawn_reason=reason
        )
        for record in gone:
            record.withdrawn_at, record.withdrawn_reason = at_once, reason
            record.version += 1
    return gone


def withdraw(*, actor: User, record: Specimen, reason: str) -> Specimen:
    """Withdraw one specimen. Raises what `withdraw_specimens` raises."""
    with _of_one():
        [gone] = withdraw_specimens(actor=actor, specimens=[(record, None)], reason=reason)
    return gone


def lock_finds(actor: User, keys: Iterable[Any], permission: str) -> dict[Any, Find]:
    """Return finds as they are stored, locked in order, of one case in which the actor may do this.

    Whoever numbers specimens of a find waits for the other. Raises `specimen.several_cases`, `find.merged`,
    `record.withdrawn`, `case.closed`.
    """
    wanted = set(keys)
    finds: dict[Any, Any] = {
        find.pk: find
        for find in Find.objects.select_for_update(no_key=True, of=("self",))
        .select_related("case")
        .filter(pk__in=wanted)
        .order_by("pk")
    }
    if len(finds) < len(wanted):
        raise access.not_visible()
    if len({find.case_id for find in finds.values()}) > 1:
        raise Invalid(
            "specimen.several_cases",
            _("These finds belong to several cases."),
            field="find",
            way_forward=_("Log the specimens of one case at a time."),
        )
    for find in finds.values():
        access.require(actor, permission, find)
        refuse_withdrawn(find)
        refuse_merged(find)
    refuse_closed(next(iter(finds.values())))
    return finds


def lock_specimens(actor: User, records: Sequence[Specimen], verb: str) -> dict[Any, Any]:
    """Return specimens as they are stored, locked in order, all of which the actor sees and may do this to."""
    keys = {record.pk for record in records}
    stored: dict[Any, Any] = {
        row.pk: row
        for row in Specimen.objects.select_for_update(no_key=True, of=("self",))
        .select_related("case", "find__case")
        .filter(pk__in=keys)
        .order_by("pk")
    }
    if len(stored) < len(keys):
        raise access.not_visible()
    for row in stored.values():
        access.require(actor, Specimen.permission(verb), row)
    for case_id in {row.case_id for row in stored.values()}:
        refuse_closed(next(row for row in stored.values() if row.case_id == case_id))
    return stored


def check(rows: Sequence[Specimen]) -> None:
    """Refuse what no skeleton has and what no field holds. Element, side and zones are said first."""
    wanted = {row.tooth_status_id for row in rows if row.tooth_status_id}
    statuses = set(Code.objects.filter(pk__in=wanted, scheme="tooth_status").values_list("pk", flat=True))
    for at, row in enumerate(rows):
        with in_row(at):
            check_alone(row, statuses)


def check_alone(row: Specimen, statuses: Collection[str] | None = None) -> None:
    """Refuse what no skeleton has and what no field holds, without a question to the database.

    `statuses` are the codes of tooth status there are, where they are known.
    """
    row.zones = sorted(set(row.zones or ()))
    _check_place(row)
    if statuses is not None and row.tooth_status_id and row.tooth_status_id not in statuses:
        raise Invalid(
            "record.invalid",
            _("No tooth status has this code."),
            field="tooth_status",
            value=row.tooth_status_id,
        )
    _check_fields(row)


def _check_place(row: Specimen) -> None:
    element = (row.element_id or "").removeprefix("element.")
    try:
        check_place(element, row.side, frozenset(row.zones))
    except InvalidSpecimen as fault:
        raise Invalid(
            fault.code, str(fault), field=fault.field, value=fault.value, rule=fault.rule
        ) from fault
    if row.tooth_status_id and not element.startswith("tooth_"):
        raise Invalid(
            "specimen.status_of_tooth",
            _("Only a tooth has a tooth status."),
            field="tooth_status",
            value=row.tooth_status_id,
            way_forward=_("Leave the tooth status empty."),
        )
    if row.tooth_status_id in NO_TOOTH and (row.zones or row.completeness):
        raise Invalid(
            "specimen.no_tooth",
            _("A tooth that is not there has no zones and no completeness."),
            field="tooth_status",
            value=row.tooth_status_id,
            way_forward=_("Empty both, or choose a status that says the tooth is there."),
        )


def _check_fields(row: Specimen) -> None:
    row.dna_group = row.dna_group or None
    try:
        row.clean_fields(exclude=_REFERENCES)
    except ValidationError as error:
        name, faults = next(iter(error.error_dict.items()))
        raise Invalid(
            "record.invalid",
            " ".join(message for fault in faults for message in fault.messages),
            field=name,
            value=getattr(row, name, None),
        ) from error


def _belong(actor: User, row: Specimen, finds: dict[Any, Find]) -> None:
    """Put a specimen into its find's case and, where the find is not open to all, under its handling."""
    find = finds[row.find_id]
    row.find, row.case = find, find.case
    if find.handling != Handling.OPEN and row.handling == Handling.OPEN:
        row.handling = find.handling
    _refuse_handling(actor, row, find)


def _refuse_handling(actor: User, row: Specimen, find: Any) -> None:
    if find.handling not in (Handling.OPEN, row.handling):
        raise Invalid(
            "record.handling_of_parent",
            _("%(parent)s is %(handling)s, so what belongs to it is too.")
            % {"parent": find, "handling": find.get_handling_display()},
            field="handling",
            value=row.handling,
            way_forward=_("Choose the same handling."),
        )
    if row.handling not in access.handlings_seen(access.roles_in(actor, find.case)):
        raise Forbidden(
            "record.handling_out_of_sight",
            _("You may not give a record a handling that you could not see yourself."),
            field="handling",
            value=row.handling,
        )


def _refuse_other_doors(old: Any, record: Specimen) -> None:
    for name in ("number", "serial", "case_id", "find_id", "numbered_at_id"):
        if getattr(old, name) != getattr(record, name):
            raise Invalid(
                "record.not_by_hand",
                _("%(field)s is not changed by hand.")
                % {"field": old._meta.get_field(name.removesuffix("_id")).verbose_name.capitalize()},
                field=name.removesuffix("_id"),
                value=getattr(record, name),
            )
    if record.handling == Handling.HUMANITARIAN != old.handling:
        raise Forbidden(
            "record.taken_away",
            _("This record is known to the case team, and stays known to it."),
            field="handling",
            value=record.handling,
        )


def write_all(rows: Sequence[Specimen]) -> None:
    """Insert specimens; a refusal of the database names its row as far as the database does."""
    with _told_of(rows):
        Specimen.objects.bulk_create(rows, batch_size=BATCH)


def _update(rows: Sequence[Specimen]) -> None:
    """Write what changed, one statement for all rows."""
    if not rows:
        return
    names = [name.removesuffix("_id") for name in CHANGEABLE]
    with _told_of(rows):
        Specimen.objects.bulk_update(rows, names, batch_size=BATCH)


@contextmanager
def _told_of(rows: Sequence[Specimen]) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        at = row_of(error, list(rows))
        refusal = refusal_of(error, rows[at or 0])
        refusal.row = at
        raise refusal from error


@contextmanager
def in_row(at: int) -> Iterator[None]:
    """Say in whatever is refused inside which of several records it is about."""
    try:
        yield
    except Refusal as refusal:
        if refusal.status != 404:
            refusal.row = at
        raise


@contextmanager
def _placed(places: Sequence[int]) -> Iterator[None]:
    """Turn the place among those that differ into the place among all."""
    try:
        yield
    except Refusal as refusal:
        if refusal.row is not None:
            refusal.row = places[refusal.row]
        raise


@contextmanager
def _of_one() -> Iterator[None]:
    """One record has no rows to name."""
    try:
        yield
    except Refusal as refusal:
        refusal.row = None
        raise
