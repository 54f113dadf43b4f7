"""Splitting and merging finds. The finds of before stay as they were recorded; lineage says what became of them.

A find that was split keeps what is left of it under its number. A find that was merged stays, too, neither withdrawn
nor changed: it is the find that was lifted. It takes no further step; what happens next happens to the find it was
merged into, and its specimens go there with it, under the numbers they have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change as named
from cases.models.base import Handling
from cases.models.membership import Role
from cases.models.user import User
from cases.refusals import Invalid, WrongState
from cases.services.record import reason_given, refuse_withdrawn, told_kindly
from remains.along import companions
from remains.models.find import Find, FindStatus, Lineage, LineageKind
from remains.models.specimen import Specimen
from remains.services.find_log import log_many
from remains.services.specimen_number import place_specimens, take_along
from remains.services.specimen_parting import going_along
from remains.workflows import merged

_DIVIDE = "remains.find:divide"
#: The steps that bring a new find from its first status to where the one it came out of already is.
_WAY_TO = {
    FindStatus.LOCATED: (),
    FindStatus.RECORDED: (),
    FindStatus.LIFTED: (),
    FindStatus.RECEIVED: (FindStatus.RECEIVED,),
    FindStatus.EXAMINATION: (FindStatus.RECEIVED, FindStatus.EXAMINATION),
    FindStatus.EXAMINED: (FindStatus.RECEIVED, FindStatus.EXAMINATION, FindStatus.EXAMINED),
    FindStatus.RETAINED: (FindStatus.RECEIVED, FindStatus.RETAINED),
}
#: What a part has from the find it was taken out of, unless it says otherwise.
_CARRIED = (
    "context_id",
    "found_on",
    "finder_id",
    "finder_as_named",
    "lifted_on",
    "lifted_by_id",
    "storage_place",
)


def split_find(
    *,
    actor: User,
    find: Find,
    parts: Sequence[Find],
    reason: str,
    specimens: Sequence[Sequence[Specimen]] = (),
) -> list[Find]:
    """Take parts out of a find: each is a new find with a number of its own, at the same site and in the same state.

    `parts` are new finds that say what differs (category, description); site, context, days, people and handling come
    from the find where a part says nothing. `specimens` are those that go along with each part, under the numbers they
    have; the others stay. All or nothing is written. Raises `find.no_parts`, `find.not_at_hand`, `find.retained`,
    `find.merged`, `specimen.in_two_parts`, `specimen.not_of_find`, `record.withdrawn`, `record.handling_of_parent`,
    `record.reason_required` and what `log_many` raises.
    """
    if not parts:
        raise Invalid("find.no_parts", _("Nothing was taken out of the find."), field="parts")
    with transaction.atomic():
        [source] = _locked(actor, [find], reason)
        going = going_along(actor, source, specimens)
        for part in parts:
            _carry(source, part)
        start = source.status if source.status in (FindStatus.LOCATED, FindStatus.RECORDED) else None
        with named(actor, "remains.find.split", reason=reason.strip()):
            new = log_many(actor=actor, records=parts, status=start, reason=reason.strip())
            _bring_to(actor, new, source.status, reason)
            _record(actor, [(source, part) for part in new], LineageKind.SPLIT, reason)
            for part, rows in zip(new, going, strict=False):
                if rows:
                    with told_kindly(rows[0]):
                        place_specimens(Specimen.objects.filter(pk__in=[row.pk for row in rows]), part)
            for companion in companions():
                companion.split(actor=actor, source=source, parts=new, reason=reason.strip())
    return new


def merge_finds(*, actor: User, finds: Sequence[Find], record: Find, reason: str) -> Find:
    """Merge finds into `record`: another find of the site, or a new one, which is logged first and needs its category.

    A new one has what all of them share, and the latest of their days of lifting.
    Raises `find.merge_of_too_few`, `find.two_sites`, `find.two_states`, `find.two_handlings`, `find.not_at_hand`,
    `find.retained`, `find.merged`, `find.lineage_circle` (with the circle), `record.reason_required`.
    """
    is_new = record._state.adding
    others = [find for find in {find.pk: find for find in finds}.values() if is_new or find.pk != record.pk]
    if len(others) < (2 if is_new else 1):
        raise Invalid("find.merge_of_too_few", _("It takes at least two finds to merge them."), field="finds")
    with transaction.atomic():
        locked = _locked(actor, others if is_new else [*others, record], reason)
        sources = [find for find in locked if find.pk != record.pk]
        target = next((find for find in locked if find.pk == record.pk), None)
        _refuse_unlike(locked)
        with named(actor, "remains.find.merged", reason=reason.strip()):
            if target is None:
                record.handling = _handling_for(sources, record.handling, is_new=True)
                status = sources[0].status
                start = status if status in (FindStatus.LOCATED, FindStatus.RECORDED) else None
                _carry_shared(sources, record, lifted=start is None)
                [target] = log_many(actor=actor, records=[record], status=start, reason=reason.strip())
                _bring_to(actor, [target], status, reason)
            else:
                _refuse_circle(actor, sources, target)
                _handling_for(sources, target.handling)
            with told_kindly(target):
                take_along(sources, target)
            _record(actor, [(source, target) for source in sources], LineageKind.MERGE, reason)
            for companion in companions():
                companion.merge(actor=actor, sources=sources, target=target, reason=reason.strip())
    return target


def retained(find: Find) -> WrongState:
    """Return the refusal of what is not done to a find that the court retains."""
    return WrongState(
        "find.retained",
        _("%(find)s is retained by court order.") % {"find": find},
        field="status",
        value=find.status,
        rule=_("What a court retains stays as it is."),
        way_forward=_("Ask the prosecutor of the case."),
    )


def refuse_merged(find: Find) -> None:
    """Refuse to go on with a find that was merged into another."""
    refusal = merged(find)
    if refusal is not None:
        raise refusal


def merged_into(find: Find) -> Find | None:
    """Return the find that this one was merged into, if it was."""
    lineage = find.lineage_down.filter(kind=LineageKind.MERGE).select_related("child").first()
    return None if lineage is None else lineage.child


def _locked(actor: User, finds: Sequence[Find], reason: str) -> list[Any]:
    """Return finds as they are stored, locked, in the order given, which the actor may divide and which are at hand."""
    keys = [find.pk for find in finds]
    rows: dict[Any, Any] = {
        find.pk: find
        for find in Find.objects.select_for_update(no_key=True, of=("self",))
        .select_related("case", "site")
        .filter(pk__in=keys)
        .order_by("pk")
    }
    stored = []
    for key in keys:
        if key not in rows:
            raise access.not_visible()
        access.require(actor, _DIVIDE, rows[key])
        stored.append(rows[key])
    reason_given(reason)
    for find in stored:
        refuse_withdrawn(find)
        refuse_closed(find)
        refuse_merged(find)
        if find.status == FindStatus.RETAINED and Role.PROSECUTOR not in access.roles_in(actor, find.case):
            raise retained(find)
        if find.status not in _WAY_TO:
            raise WrongState(
                "find.not_at_hand",
                _("%(find)s is %(status)s; nobody has it at hand to open it.")
                % {"find": find, "status": find.get_status_display()},
                field="status",
                value=find.status,
            )
    return stored


def _refuse_unlike(finds: Sequence[Any]) -> None:
    first = finds[0]
    for find in finds[1:]:
        if find.case_id != first.case_id or find.site_id != first.site_id:
            raise Invalid(
                "find.two_sites",
                _("%(first)s and %(find)s are finds of two sites.") % {"first": first, "find": find},
                field="finds",
                value=find,
                way_forward=_("Remains of one person from two sites stay two finds."),
            )
        if find.status != first.status:
            raise WrongState(
                "find.two_states",
                _("%(first)s is %(one)s and %(find)s is %(other)s.")
                % {
                    "first": first,
                    "one": first.get_status_display(),
                    "find": find,
                    "other": find.get_status_display(),
                },
                field="status",
                way_forward=_("Bring them to the same place and state first."),
            )


def _carry(source: Any, part: Find) -> None:
    """Give a new find what it has from the one it comes out of."""
    part.case, part.site = source.case, source.site
    if part.handling == Handling.OPEN:
        part.handling = source.handling
    for name in _CARRIED:
        if getattr(part, name) in (None, ""):
            setattr(part, name, getattr(source, name))


def _carry_shared(sources: Sequence[Any], new: Find, *, lifted: bool) -> None:
    """Give a new find what all finds that are merged into it share, and nothing that was not seen of each of them.

    It was lifted when the last of them was.
    """
    new.case, new.site = sources[0].case, sources[0].site
    for name in _CARRIED:
        if name == "lifted_on" or getattr(new, name) not in (None, ""):
            continue
        values = {getattr(source, name) for source in sources}
        if len(values) == 1:
            setattr(new, name, values.pop())
    if lifted and new.lifted_on is None:
        new.lifted_on = max(source.lifted_on for source in sources)


def _handling_for(sources: Sequence[Any], handling: str, *, is_new: bool = False) -> str:
    """Return the handling of what finds are merged into, or refuse one that would show what they withhold."""
    restricted = {source.handling for source in sources} - {Handling.OPEN}
    if is_new and handling == Handling.OPEN and len(restricted) == 1:
        return str(next(iter(restricted)))
    if restricted - {handling}:
        raise Invalid(
            "find.two_handlings",
            _("Who may not see all of these finds would see what they are merged into."),
            field="handling",
            value=handling,
            way_forward=_("Bring them to the same handling first."),
        )
    return handling


def _bring_to(actor: User, finds: Sequence[Find], status: str, reason: str) -> None:
    for step in _WAY_TO[FindStatus(status)]:
        with (
            told_kindly(finds[0]),
            named(actor, "remains.find.placed_with_its_origin", reason=reason.strip()),
        ):
            Find.objects.filter(pk__in=[find.pk for find in finds]).update(status=step)
        for find in finds:
            find.status = step
            find.version += 1


def _record(actor: User, pairs: Sequence[tuple[Any, Find]], kind: str, reason: str) -> None:
    rows = [
        Lineage(
            case_id=parent.case_id,
            parent=parent,
            child=child,
            kind=kind,
            reason=reason.strip(),
            handling=parent.handling if parent.handling != Handling.OPEN else child.handling,
        )
        for parent, child in pairs
    ]
    with told_kindly(rows[0]):
        Lineage.objects.bulk_create(rows)


def _refuse_circle(actor: User, sources: Sequence[Any], target: Any) -> None:
    """Refuse to merge a find into one that it came out of."""
    below: dict[UUID, list[UUID]] = defaultdict(list)
    for parent, child in Lineage.objects.filter(case=target.case_id).values_list("parent_id", "child_id"):
        below[parent].append(child)
    goals = {source.pk for source in sources}
    came_from: dict[UUID, UUID | None] = {target.pk: None}
    waiting = [target.pk]
    for place in waiting:
        if place in goals:
            way: list[UUID] = []
            step: UUID | None = place
            while step is not None:
                way.append(step)
                step = came_from[step]
            raise _circle(actor, [*reversed(way), target.pk])
        for child in below[place]:
            if child not in came_from:
                came_from[child] = place
                waiting.append(child)


def _circle(actor: User, way: Sequence[UUID]) -> Invalid:
    seen = access.visible(Find.objects.filter(pk__in=set(way)), actor)
    numbers = {key: _("not shown") for key in way} | dict(seen.values_list("pk", "number"))
    circle = " > ".join(str(numbers[key]) for key in way)
    return Invalid(
        "find.lineage_circle",
        _("A find would come out of itself: %(circle)s.") % {"circle": circle},
        field="record",
        value=circle,
        way_forward=_("Merge them into a new find."),
    )
