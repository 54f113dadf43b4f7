"""Who sees a record: its handling, changed together with all that hangs on it.

The database holds what hangs on a record that is not open to that record's handling. So what hangs on it goes first
when a record is restricted, and last when it is opened.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.utils import model_ngettext
from django.db import transaction
from django.utils.translation import gettext as _

from cases import access
from cases.closure import refuse_closed
from cases.ledger.context import change
from cases.ledger.payloads import Sight, with_references
from cases.models.base import Handling
from cases.models.ledger import LedgerEntry
from cases.models.user import User
from cases.refusals import Forbidden, Invalid, Refusal, WrongState
from cases.services.handling_below import Below, Kind, Part, read_below, restricted
from cases.services.record import (
    action_name,
    case_references,
    lock,
    reason_given,
    refuse_handling_of_parent,
    refuse_out_of_sight,
    refuse_stale,
    refuse_taking_away,
    refuse_unveiling,
    told_kindly,
)

#: How many records a refusal names.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Prospect:
    """What one handling of a record would change: the record, its parts by kind; or why it is refused."""

    handling: Handling
    with_parts: bool
    counts: list[tuple[Kind, int]] = field(default_factory=list)
    staying: int = 0
    refusal: Refusal | None = None

    @property
    def in_words(self) -> str:
        """Return the counts as a phrase: "1 site, 12 finds, 3 condition notes"."""
        return ", ".join(f"{count} {model_ngettext(kind, count)}" for kind, count in self.counts)


def permission(kind: Kind) -> str:
    """Return what is needed to change who sees a record; who records what is never changed may do this to it."""
    name: str = kind.permission("change")
    return name if name in access.declared() else str(kind.permission("create"))


def set_handling(
    *, actor: User, record: Any, handling: str, reason: str, version: int, with_parts: bool = False
) -> Any:
    """Give a record a handling, with a reason.

    What hangs on a record that is restricted is restricted with it, withdrawn or not. What hangs on a record that is
    opened keeps its handling, unless `with_parts` opens it too.
    Raises `access.forbidden`, `record.reason_required`, `record.stale`, `record.handling_unknown`,
    `record.handling_already`, `record.handling_out_of_sight`, `record.taken_away`, `record.unveiled`,
    `record.handling_of_parent`, `record.handling_by_way_of_open`, `record.part_of_other_handling`,
    `record.part_of_two`.
    """
    with told_kindly(record), transaction.atomic():
        stored = lock(record, alone=True)
        access.require(actor, permission(type(record)), stored)
        reason = reason_given(reason)
        refuse_stale(stored, version)
        refuse_closed(stored)
        refuse_handling(actor, stored, handling)
        below = read_below(stored, lock=True)
        following = following_parts(actor, stored, handling, below, with_parts=with_parts)
        steps: list[tuple[Kind, list[Any]]] = [
            (type(record), [stored.pk]),
            *((kind, [part.id for part in parts]) for kind, parts in following.items()),
        ]
        if handling != Handling.OPEN:
            steps.reverse()
        with change(actor, action_name(record, "handling_changed"), reason=reason):
            for kind, ids in _joined(steps):
                kind._base_manager.filter(pk__in=ids).update(handling=handling)
        stored.handling = handling
        stored.version += 1
    return stored


def prospects(*, actor: User, record: Any) -> list[Prospect]:
    """Return what each other handling that the actor sees would change, for a page that asks which."""
    below = read_below(record)
    found = []
    for handling in Handling:
        if handling == record.handling or handling not in access.handlings_seen(
            access.roles_in(actor, record.case)
        ):
            continue
        choices = [False, True] if handling == Handling.OPEN and below.parts else [False]
        found += [_prospect(actor, record, handling, below, with_parts) for with_parts in choices]
    return found


def _prospect(actor: User, record: Any, handling: Handling, below: Below, with_parts: bool) -> Prospect:
    try:
        refuse_handling(actor, record, handling)
        following = following_parts(actor, record, handling, below, with_parts=with_parts)
    except Refusal as refusal:
        return Prospect(handling, with_parts, refusal=refusal)
    counts = {type(record): 1}
    for kind, parts in following.items():
        counts[kind] = counts.get(kind, 0) + len(parts)
    staying = sum(map(len, below.parts.values())) if handling == Handling.OPEN and not with_parts else 0
    return Prospect(handling, with_parts, list(counts.items()), staying)


def refuse_handling(actor: User, stored: Any, handling: str) -> None:
    """Refuse what makes this handling impossible for the record by itself."""
    if handling not in Handling.values:
        raise Invalid(
            "record.handling_unknown",
            _("No such handling."),
            field="handling",
            value=handling,
            way_forward=_("Choose one of those that are offered."),
        )
    if stored.handling == handling:
        raise WrongState(
            "record.handling_already",
            _("%(record)s has this handling already.") % {"record": stored},
            field="handling",
            value=handling,
        )
    becoming = copy(stored)
    becoming.handling = handling
    refuse_out_of_sight(actor, becoming)
    refuse_taking_away(actor, stored, becoming)
    refuse_unveiling(actor, stored, becoming)
    for reference in case_references(type(stored)):
        parent = getattr(stored, reference.name)
        if parent is not None:
            refuse_handling_of_parent(becoming, parent)


def following_parts(
    actor: User, stored: Any, handling: str, below: Below, *, with_parts: bool
) -> dict[Kind, list[Part]]:
    """Return the parts that take the record's new handling with it, by kind, or refuse."""
    if handling == Handling.OPEN:
        if not with_parts:
            return {}
        _refuse_part_of_two(actor, stored, below)
        return below.parts
    if below.parts and stored.handling != Handling.OPEN:
        raise WrongState(
            "record.handling_by_way_of_open",
            _("%(record)s and what belongs to it go from one restriction to another only by way of open.")
            % {"record": stored},
            field="handling",
            value=handling,
            way_forward=_("Open it with what belongs to it first, if all of the team may know of it."),
        )
    _refuse_other_handling(actor, stored, handling, below)
    following = {
        kind: open_parts
        for kind, parts in below.parts.items()
        if (open_parts := [part for part in parts if part.handling == Handling.OPEN])
    }
    if handling == Handling.HUMANITARIAN:
        _refuse_taking_parts_away(actor, stored, following)
    return following


def _joined(steps: list[tuple[Kind, list[Any]]]) -> list[tuple[Kind, list[Any]]]:
    """Write records of one kind, where a kind hangs on itself, in one statement: neither can go first."""
    joined: dict[Kind, list[Any]] = {}
    for kind, ids in steps:
        joined.setdefault(kind, []).extend(ids)
    return list(joined.items())


def _refuse_part_of_two(actor: User, stored: Any, below: Below) -> None:
    """Refuse to open a part that hangs on something restricted besides the record."""
    others = restricted(below.other_parents(below.parts))
    if not others:
        return
    held = {
        kind: {part.id for part in parts if any(key in others.get(of, ()) for of, key in part.parents)}
        for kind, parts in below.parts.items()
    }
    raise Invalid(
        "record.part_of_two",
        _("Part of what belongs to %(record)s belongs also to a record that is not open.")
        % {"record": stored},
        field="handling",
        rule=_named(actor, stored, held, others),
        way_forward=_("Open that record first, or open this one without what belongs to it."),
    )


def _refuse_other_handling(actor: User, stored: Any, handling: str, below: Below) -> None:
    """Refuse to restrict a record when something on it is restricted otherwise: nothing changes sides unasked."""
    otherwise = {
        kind: {part.id for part in parts if part.handling not in (Handling.OPEN, handling)}
        for kind, parts in below.parts.items()
    }
    if not any(otherwise.values()):
        return
    parts = {
        kind: [part for part in parts if part.id in otherwise[kind]] for kind, parts in below.parts.items()
    }
    named = _named(actor, stored, otherwise, restricted(below.other_parents(parts)))
    raise Invalid(
        "record.part_of_other_handling",
        _("Not all that belongs to %(record)s can take this handling.") % {"record": stored},
        field="handling",
        value=handling,
        rule=named,
        way_forward=_("Change the handling of these first.")
        if named
        else _("Leave it as it is, and put what must be kept back into a record of its own."),
    )


def _refuse_taking_parts_away(actor: User, stored: Any, following: dict[Kind, list[Part]]) -> None:
    """Refuse to make humanitarian, with a record, what somebody else recorded openly."""
    others: dict[Kind, set[Any]] = {}
    for kind, parts in following.items():
        recorded = LedgerEntry.objects.filter(
            chain=stored.case_id,
            table_name=kind._meta.db_table,
            record_id__in=[str(part.id) for part in parts],
            operation="I",
            actor_id=actor.pk,
        )
        own = set(recorded.values_list("record_id", flat=True))
        others[kind] = {part.id for part in parts if str(part.id) not in own}
    if any(others.values()):
        raise Forbidden(
            "record.taken_away",
            _("Others recorded part of what belongs to %(record)s; it stays known to the case team.")
            % {"record": stored},
            field="handling",
            value=Handling.HUMANITARIAN,
            rule=_named(actor, stored, others, {}),
            way_forward=_("Record what was learned in confidence as a record of its own."),
        )


def _named(actor: User, stored: Any, parts: dict[Kind, set[Any]], parents: dict[Kind, set[Any]]) -> str:
    """Return the names of some of these records with their handling, as far as the actor sees them."""
    sight = Sight.of(actor, stored.case)
    named: list[str] = []
    for keys in (parts, parents):
        for kind, ids in keys.items():
            left = NAMED - len(named)
            rows = kind._default_manager.visible_to(actor).filter(pk__in=ids).order_by("pk")[: max(left, 0)]
            for row in with_references(rows) if ids and left > 0 else ():
                label = sight.label(row) or str(kind._meta.verbose_name)
                named.append(f"{label} ({row.get_handling_display()})")
    return "; ".join(named)
