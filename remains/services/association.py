"""Associations between specimens: recorded stage by stage, each on its basis, and kept from contradicting each other.

The database holds the same rules (`remains/sql/association_rules.sql`); here they are said with what was seen.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from cases import access
from cases.models.base import Handling
from cases.models.user import User
from cases.refusals import Invalid, Refusal, WrongState
from cases.services.record import (
    change_record,
    create_record,
    not_by_hand,
    not_in_future,
    withdraw_record,
)
from remains.models import Association, IndividualPart, Specimen
from remains.models.association import AssociationKind, Stage
from remains.science.joints import are_kin, articulate
from remains.services.one_person import contradictions, held_together, refuse_contradictions

#: What changes by recording the next stage, never by a changed form.
_FIXED = ("first_id", "second_id", "kind", "stage")


def record_association(*, actor: User, record: Association) -> Association:
    """Record what is held about two specimens; it takes the place of an earlier stage, which is withdrawn.

    The two may be named in either order. Raises `association.itself`, `association.refit_element`, `.refit_side`,
    `.refit_zones`, `.pair`, `.articulation`, `.once`, `.staged`, `.contradiction`, `.individuals`,
    `person.contradiction`, `record.day_in_future`, and what `create_record` raises.
    """

    def prepare(new: Association) -> None:
        if new.first_id == new.second_id:
            raise Invalid(
                "association.itself",
                _("A specimen is not associated with itself."),
                field="second",
                value=new.first,
            )
        _lock_both(actor, new)
        if new.second_id < new.first_id:
            new.first, new.second = new.second, new.first
        restricted = {end.handling for end in (new.first, new.second)} - {Handling.OPEN}
        if new.handling == Handling.OPEN and len(restricted) == 1:
            new.handling = restricted.pop()

    def rule(new: Association) -> None:
        not_in_future(new, "observed_on")
        refuse_impossible(new)
        before = _standing(new)
        _refuse_not_next(actor, new, before)
        _refuse_across_individuals(actor, new)
        if new.stage == Stage.FINAL:
            together = held_together([new.first_id, new.second_id])
            found = contradictions(together, individuals=_individuals_of(together))
            refuse_contradictions(actor, found, field="stage")
        elif new.stage == Stage.EXCLUDED:
            _refuse_held_together(new)
        if before is not None:
            reason = _("Now %(stage)s: %(basis)s") % {
                "stage": new.get_stage_display(),
                "basis": new.basis,
            }
            withdraw_record(actor=actor, record=before, reason=reason)

    return create_record(actor=actor, record=record, prepare=prepare, rule=rule)


def change_association(*, actor: User, record: Association, version: int) -> Association:
    """Change basis, observer, day or handling. Raises `record.not_by_hand` and what `change_record` raises."""

    def prepare(new: Association) -> None:
        not_by_hand(Association.objects.get(pk=new.pk), new, _FIXED)

    return change_record(
        actor=actor,
        record=record,
        version=version,
        prepare=prepare,
        rule=lambda new: not_in_future(new, "observed_on"),
    )


def withdraw_association(*, actor: User, record: Association, reason: str) -> Association:
    """Withdraw an association that does not hold, with a reason; it stays in the history."""
    withdrawn: Association = withdraw_record(actor=actor, record=record, reason=reason)
    return withdrawn


#: The doors by the names that all concepts have.
create, change = record_association, change_association


def associations_of(actor: User, specimen: Specimen) -> list[tuple[Association, Specimen]]:
    """Return every association of a specimen that the actor may see, past ones too, each with its other end."""
    rows = (
        Association.objects.visible_to(actor)
        .filter(Q(first=specimen) | Q(second=specimen))
        .select_related("first__element", "second__element", "first__find", "second__find")
        .order_by("-id")
    )
    pairs = ((row, row.second if row.first_id == specimen.pk else row.first) for row in rows)
    return [(row, other) for row, other in pairs if _seen(actor, other)]


def _seen(actor: User, specimen: Any) -> bool:
    return specimen.handling in access.handlings_seen(access.roles_in(actor, specimen.case))


def refuse_impossible(new: Association) -> None:
    """Refuse what no body allows between two specimens of these elements and sides."""
    one, other = new.first, new.second
    refusal: Refusal | None = None
    if new.kind == AssociationKind.REFIT:
        refusal = _refit_fault(one, other, compared_only=new.stage == Stage.EXCLUDED)
    elif new.kind == AssociationKind.PAIR:
        if not _kin(one, other) or {one.side, other.side} != {"left", "right"}:
            refusal = _impossible(
                "association.pair", one, other, _("A pair is the left and the right of one element.")
            )
    elif new.kind == AssociationKind.ARTICULATION and not articulate(
        _code(one), one.side, _code(other), other.side
    ):
        refusal = _impossible(
            "association.articulation",
            one,
            other,
            _("Two specimens articulate when their elements meet at a joint, on sides that go together."),
        )
    if refusal is not None:
        raise refusal


def _refit_fault(one: Any, other: Any, *, compared_only: bool) -> Refusal | None:
    if not _kin(one, other):
        return _impossible(
            "association.refit_element", one, other, _("Fragments that refit are of one element.")
        )
    if compared_only:  # that they do not refit may be seen by just this
        return None
    if one.side != other.side and "unsided" not in {one.side, other.side}:
        return _impossible("association.refit_side", one, other, _("Fragments that refit are of one side."))
    if shared := sorted(set(one.zones) & set(other.zones)):
        zones = ", ".join(map(str, shared))
        return _impossible(
            "association.refit_zones",
            one,
            other,
            _("Both have more than half of zone %(zones)s, which one bone has once.") % {"zones": zones},
        )
    return None


def _impossible(code: str, one: Any, other: Any, rule: str) -> Invalid:
    return Invalid(
        code,
        _("%(one)s and %(other)s cannot be associated so: %(rule)s")
        % {"one": described(one), "other": described(other), "rule": rule},
        field="kind",
        value=f"{one}, {other}",
        rule=rule,
        way_forward=_("Choose another kind of association, or correct element, side or zones first."),
    )


def described(specimen: Any) -> str:
    """Return a specimen's number with its element and side, as a sentence names it."""
    element = str(specimen.element.label)
    return f"{specimen.number} ({element}, {specimen.get_side_display()})"


def _code(specimen: Any) -> str:
    return str(specimen.element_id).removeprefix("element.")


def _kin(one: Any, other: Any) -> bool:
    return are_kin(_code(one), _code(other))


def _lock_both(actor: User, new: Association) -> None:
    """Read both specimens anew, locked in one order, so that two who associate them wait for each other."""
    rows = {
        row.pk: row
        for row in Specimen.objects.select_for_update(no_key=True, of=("self",))
        .select_related("case", "element")
        .filter(pk__in=[new.first_id, new.second_id])
        .order_by("pk")
    }
    for name in ("first", "second"):
        row = rows.get(getattr(new, f"{name}_id"))
        if row is None or not access.sees(actor, row):
            raise access.not_visible()
        setattr(new, name, row)


def _standing(new: Association) -> Association | None:
    """Return the association of this kind that stands between the two now."""
    found: Association | None = (
        Association.objects.current().filter(first=new.first, second=new.second, kind=new.kind).first()
    )
    return found


def _refuse_not_next(actor: User, new: Association, before: Association | None) -> None:
    """Refuse what repeats or goes back a stage, and what contradicts another kind of association of the two."""
    if before is not None and before.stage == new.stage:
        raise WrongState(
            "association.once",
            _("%(one)s and %(other)s are recorded as “%(kind)s”, %(stage)s, already.")
            % {**_ends(new), "kind": new.get_kind_display(), "stage": new.get_stage_display()},
            field="stage",
            value=before,
            way_forward=_("Change its basis, or record the next stage."),
        )
    if before is not None and before.stage != Stage.POSSIBLE:
        raise WrongState(
            "association.staged",
            _("Between %(one)s and %(other)s this is recorded as %(stage)s, by %(observer)s: %(basis)s")
            % {
                **_ends(new),
                "stage": before.get_stage_display(),
                "observer": before.observer,
                "basis": before.basis,
            },
            field="stage",
            value=before,
            rule=_("An association goes from possible to final or to excluded."),
            way_forward=_("Withdraw it with a reason first, if it does not hold."),
        )
    opposite = {Stage.FINAL: Stage.EXCLUDED, Stage.EXCLUDED: Stage.FINAL}.get(Stage(new.stage))
    against = (
        Association.objects.current()
        .filter(first=new.first, second=new.second, stage=opposite)
        .exclude(kind=new.kind)
        .first()
        if opposite
        else None
    )
    if against is not None:
        raise WrongState(
            "association.contradiction",
            _("Between %(one)s and %(other)s stands “%(kind)s”, %(stage)s, by %(observer)s: %(basis)s")
            % {
                **_ends(new),
                "kind": against.get_kind_display(),
                "stage": against.get_stage_display(),
                "observer": against.observer,
                "basis": against.basis,
            }
            if access.sees(actor, against)
            else _("Another association of the two specimens says the contrary."),
            field="stage",
            value=against if access.sees(actor, against) else None,
            rule=_("Two specimens cannot be of one person and excluded from it."),
            way_forward=_("Withdraw what does not hold, with a reason."),
        )


def _ends(new: Association) -> dict[str, Any]:
    return {"one": new.first, "other": new.second}


def _refuse_across_individuals(actor: User, new: Association) -> None:
    """Refuse a final association between two individuals, and an excluded one inside of one."""
    places = {
        part.specimen_id: part.individual
        for part in IndividualPart.objects.current()
        .filter(specimen__in=[new.first_id, new.second_id], left_at__isnull=True)
        .select_related("individual__case")
    }
    one, other = places.get(new.first_id), places.get(new.second_id)
    if one is None or other is None:
        return
    apart = one.pk != other.pk
    if (new.stage == Stage.FINAL and apart) or (new.stage == Stage.EXCLUDED and not apart):
        names = [str(each) if access.sees(actor, each) else "…" for each in (one, other)]
        where = {**_ends(new), "first": names[0], "second": names[1]}
        raise WrongState(
            "association.individuals",
            _("%(one)s is in individual %(first)s, %(other)s in %(second)s.") % where
            if apart
            else _("%(one)s and %(other)s are both in individual %(first)s.") % where,
            field="stage",
            value=", ".join(dict.fromkeys(names)),
            rule=_("What is final is of one person, and what is excluded of two."),
            way_forward=_("Merge the individuals, or take a specimen out of its individual, with a reason."),
        )


def _refuse_held_together(new: Association) -> None:
    """Refuse to exclude what a chain of final associations makes one person."""
    if new.second_id in held_together([new.first_id]):
        raise WrongState(
            "association.contradiction",
            _("Final associations make one person of %(one)s and %(other)s.") % _ends(new),
            field="stage",
            rule=_("Two specimens cannot be of one person and excluded from it."),
            way_forward=_("Withdraw the final association that does not hold, with a reason."),
        )


def _individuals_of(specimens: set[Any]) -> set[Any]:
    parts = IndividualPart.objects.current().filter(specimen__in=specimens, left_at__isnull=True)
    return set(parts.values_list("individual_id", flat=True))
