"""Individuals: specimens judged to be one person, each with a reason; leaving and merging keep their history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change as named
from cases.models.base import Handling
from cases.models.case import Case
from cases.models.user import User
from cases.refusals import Invalid, WrongState
from cases.services.record import (
    change_record,
    create_record,
    lock,
    not_by_hand,
    reason_given,
    refuse_parent,
    refuse_stale,
    refuse_withdrawn,
    told_kindly,
    withdraw_record,
)
from remains.models import Individual, IndividualPart, Specimen
from remains.science.elements import NON_HUMAN
from remains.services.one_person import contradictions, held_together, refuse_contradictions

_NUMBERED = ("number", "serial")


def create_individual(
    *, actor: User, record: Individual, specimens: Sequence[Specimen] = (), reason: str = ""
) -> Individual:
    """Record an individual under the next number of its case, and put specimens into it, all or nothing.

    Raises what `add_specimens` and `create_record` raise.
    """

    def prepare(new: Individual) -> None:
        case: Any = lock(new.case)  # whoever numbers individuals of a case waits for the other
        last = Individual.objects.filter(case=case).aggregate(last=Max("serial"))["last"] or 0
        new.serial = last + 1
        new.number = f"{case.number}/I-{new.serial:03d}"

    with transaction.atomic():
        made = create_record(actor=actor, record=record, prepare=prepare, reason=reason.strip())
        if specimens:
            add_specimens(actor=actor, individual=made, specimens=specimens, reason=reason)
    return made


def change_individual(*, actor: User, record: Individual, version: int) -> Individual:
    """Change description or handling. Raises `record.not_by_hand` and what `change_record` raises."""

    def prepare(new: Individual) -> None:
        not_by_hand(Individual.objects.get(pk=new.pk), new, _NUMBERED)

    return change_record(actor=actor, record=record, version=version, prepare=prepare)


#: The doors by the names that all concepts have.
create, change = create_individual, change_individual


def add_specimens(
    *,
    actor: User,
    individual: Individual,
    specimens: Sequence[Specimen],
    reason: str = "",
    reasons: Mapping[UUID, str] | None = None,
    version: int | None = None,
) -> list[IndividualPart]:
    """Put specimens of the case into an individual, all or none; `reasons` by specimen come before `reason`.

    Raises `record.reason_required`, `individual.no_specimens`, `individual.of_another`, `individual.has_it`,
    `individual.not_human`, `person.contradiction`, `record.parent_withdrawn`, `record.other_case`,
    `record.handling_of_parent`.
    """
    with transaction.atomic():
        stored = _locked(actor, individual, version)
        rows = _locked_specimens(actor, specimens)
        if not rows:
            raise Invalid("individual.no_specimens", _("No specimen is named."), field="specimens")
        said = {row.pk: reason_given((reasons or {}).get(row.pk, "") or reason) for row in rows}
        _refuse_placed(actor, stored, rows)
        parts = [
            IndividualPart(
                case_id=stored.case_id,
                individual=stored,
                specimen=row,
                reason=said[row.pk],
                handling=_handling(stored, row),
            )
            for row in rows
        ]
        together = held_together([*_inside(stored), *(row.pk for row in rows)])
        refuse_contradictions(actor, contradictions(together, individuals=[stored.pk]), field="specimens")
        _write(actor, parts, reason.strip())
    return parts


def take_out(*, actor: User, part: IndividualPart, reason: str, version: int | None = None) -> IndividualPart:
    """Let a specimen leave its individual; that it was in it, and why it left, stays.

    Raises `record.reason_required`, `individual.left_already`, `record.stale`.
    """
    with transaction.atomic():
        stored: Any = lock(part)
        access.require(actor, IndividualPart.permission("change"), stored)
        reason = reason_given(reason)
        if version is not None:
            refuse_stale(stored, version)
        refuse_withdrawn(stored)
        refuse_closed(stored)
        if stored.left_at is not None:
            raise WrongState(
                "individual.left_already",
                _("%(specimen)s has left %(individual)s already.")
                % {"specimen": stored.specimen, "individual": stored.individual},
            )
        _leave(actor, [stored], reason, "remains.individualpart.left")
    return stored


def merge_individuals(
    *, actor: User, individual: Individual, others: Sequence[Individual], reason: str
) -> Individual:
    """Merge others into an individual: their specimens leave them and join it, and they are withdrawn, with the reason.

    What each specimen was in before stays readable by its parts. Raises `individual.merge_of_one`,
    `record.reason_required`, `person.contradiction`, `record.other_case`, `record.withdrawn`.
    """
    reason = reason_given(reason)
    keys = {other.pk for other in others} - {individual.pk}
    if not keys:
        raise Invalid(
            "individual.merge_of_one", _("It takes at least two individuals to merge them."), field="others"
        )
    with transaction.atomic():
        locked = _locked_individuals(actor, [individual.pk, *keys])
        target = locked.pop(individual.pk)
        sources = list(locked.values())
        for source in sources:
            if source.case_id != target.case_id:
                raise Invalid(
                    "record.other_case",
                    _("%(source)s is an individual of another case.") % {"source": source},
                    field="others",
                    value=source,
                )
        parts = list(
            IndividualPart.objects.current()
            .filter(individual__in=sources, left_at__isnull=True)
            .select_related("case", "specimen__case", "individual")
            .order_by("pk")
        )
        _refuse_out_of_sight(actor, parts)
        merged_keys = [target.pk, *locked]
        together = held_together([*_inside(target), *(part.specimen_id for part in parts)])
        refuse_contradictions(actor, contradictions(together, individuals=merged_keys), field="others")
        into = _("merged into %(target)s: %(reason)s") % {"target": target, "reason": reason}
        with named(actor, "remains.individual.merged", reason=reason):
            _leave(actor, parts, into, "remains.individual.merged")
            for source in sources:
                withdraw_record(actor=actor, record=source, reason=into)
            new = [
                IndividualPart(
                    case_id=target.case_id,
                    individual=target,
                    specimen=part.specimen,
                    reason=_("from %(source)s: %(reason)s")
                    % {"source": part.individual, "reason": part.reason},
                    handling=_handling(target, part.specimen),
                )
                for part in parts
            ]
            _write(actor, new, reason)
    return target


def withdraw_individual(*, actor: User, record: Individual, reason: str) -> Individual:
    """Withdraw an individual with a reason; its specimens leave it first. Raises what `withdraw_record` raises."""
    reason = reason_given(reason, "record.withdrawal_without_reason")
    with transaction.atomic():
        stored: Any = lock(record)
        access.require(actor, Individual.permission("withdraw"), stored)
        refuse_withdrawn(stored)
        refuse_closed(stored)
        inside = IndividualPart.objects.current().filter(individual=stored, left_at__isnull=True)
        parts = list(inside.select_related("case", "specimen"))
        _refuse_out_of_sight(actor, parts)
        _leave(actor, parts, reason, "remains.individualpart.left")
        withdrawn: Individual = withdraw_record(actor=actor, record=stored, reason=reason)
    return withdrawn


def individual_of(specimen: Specimen) -> IndividualPart | None:
    """Return the part by which a specimen is in an individual now, or None."""
    part: IndividualPart | None = (
        IndividualPart.objects.current()
        .filter(specimen=specimen, left_at__isnull=True)
        .select_related("individual")
        .first()
    )
    return part


def _locked(actor: User, individual: Individual, version: int | None) -> Any:
    stored: Any = lock(individual)
    access.require(actor, IndividualPart.permission("create"), stored)
    if version is not None:
        refuse_stale(stored, version)
    refuse_withdrawn(stored)
    refuse_closed(stored)
    return stored


def _locked_individuals(actor: User, keys: Iterable[UUID]) -> dict[UUID, Any]:
    wanted = list(keys)
    rows: dict[UUID, Any] = {
        row.pk: row
        for row in Individual.objects.select_for_update(no_key=True, of=("self",))
        .select_related("case")
        .filter(pk__in=wanted)
        .order_by("pk")
    }
    for key in wanted:
        if key not in rows:
            raise access.not_visible()
        access.require(actor, Individual.permission("withdraw"), rows[key])
        refuse_withdrawn(rows[key])
        refuse_closed(rows[key])
    return rows


def _locked_specimens(actor: User, specimens: Sequence[Specimen]) -> list[Any]:
    """Return specimens as they are stored, locked in one order, each of which the actor sees."""
    keys = {specimen.pk for specimen in specimens}
    rows = list(
        Specimen.objects.select_for_update(no_key=True, of=("self",))
        .select_related("case", "element")
        .filter(pk__in=keys)
        .order_by("pk")
    )
    if len(rows) != len(keys) or any(not access.sees(actor, row) for row in rows):
        raise access.not_visible()
    for row in rows:
        if row.element_id == f"element.{NON_HUMAN}":
            raise Invalid(
                "individual.not_human",
                _("%(specimen)s is not human.") % {"specimen": row},
                field="specimens",
                value=row,
                way_forward=_("Leave it out, or correct its element."),
            )
    return rows


def _refuse_placed(actor: User, individual: Any, rows: Sequence[Any]) -> None:
    """Refuse specimens that are in an individual already, naming it."""
    parts = (
        IndividualPart.objects.current()
        .filter(specimen__in=rows, left_at__isnull=True)
        .select_related("specimen", "individual__case")
        .order_by("specimen__number")
    )
    for part in parts:
        seen = access.sees(actor, part.individual)
        here = part.individual_id == individual.pk
        raise WrongState(
            "individual.has_it" if here else "individual.of_another",
            _("%(specimen)s is in individual %(individual)s already.")
            % {"specimen": part.specimen, "individual": part.individual if seen else "…"},
            field="specimens",
            value=part.specimen,
            rule=_("A specimen is of one person."),
            way_forward=""
            if here
            else _("Take it out there first, with a reason, or merge the two individuals."),
        )


def _inside(individual: Any) -> set[UUID]:
    parts = IndividualPart.objects.current().filter(individual=individual, left_at__isnull=True)
    return set(parts.values_list("specimen_id", flat=True))


def _handling(individual: Any, specimen: Any) -> str:
    """Return the handling that shows a part to nobody who may not see both its ends."""
    handling: str = individual.handling if individual.handling != Handling.OPEN else specimen.handling
    return handling


def _refuse_out_of_sight(actor: User, parts: Sequence[Any]) -> None:
    if any(not access.sees(actor, part) for part in parts):
        raise WrongState(
            "individual.part_out_of_sight",
            _("Specimens are in it that you may not see, so you cannot decide about them."),
            way_forward=_("Ask somebody of the case who sees all of it."),
        )


def _write(actor: User, parts: Sequence[IndividualPart], reason: str) -> None:
    """Write parts of one individual, all or none, in a number of queries that does not grow with theirs."""
    for part in parts:
        for name in ("individual", "specimen"):
            refuse_parent(part, IndividualPart._meta.get_field(name), getattr(part, name))
    if parts:
        with told_kindly(parts[0]), named(actor, "remains.individualpart.created", reason=reason):
            IndividualPart.objects.bulk_create(parts)


def _leave(actor: User, parts: Sequence[Any], reason: str, action: str) -> None:
    for part in parts:
        part.left_at = timezone.now()
        part.left_reason = reason
        with told_kindly(part), named(actor, action, reason=reason):
            part.save(update_fields=["left_at", "left_reason"])
        part.version += 1


def next_number(case: Case) -> str:
    """Return the number that the next individual of a case will get, unless somebody records one meanwhile."""
    last = Individual.objects.filter(case=case).aggregate(last=Max("serial"))["last"] or 0
    return f"{case.number}/I-{last + 1:03d}"
