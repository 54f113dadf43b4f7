"""Contexts and their order: what lies above what, without circles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from cases import access, grid
from cases.models.base import Handling
from cases.models.context import Context, ContextRelation, RelationKind
from cases.models.site import Site
from cases.models.user import User
from cases.refusals import Invalid
from cases.services.record import change_record, create_record, withdraw_record

#: One relation as it counts for the order: from, to, and how it is said.
Step = tuple[UUID, UUID, str]


def create(*, actor: User, record: Context) -> Context:
    """Record a context. Raises what `cases.grid` refuses of its outline, at the field."""
    return create_record(actor=actor, record=record, prepare=_in_one_form)


def change(*, actor: User, record: Context, version: int) -> Context:
    """Change a context. Raises what `cases.grid` refuses of its outline, at the field."""
    return change_record(actor=actor, record=record, version=version, prepare=_in_one_form)


def _in_one_form(context: Context) -> None:
    if context.outline is not None:
        context.outline = grid.outline(context.outline)


def relate(*, actor: User, upper: Context, kind: str, lower: Context) -> ContextRelation:
    """Record that one context lies `above` or `below` another, or is `equal` to it.

    Raises `context.circle` with the whole circle in words, `context.two_sites`, `context.itself`,
    `context.related_already`, `context.unknown_relation`.
    """
    if kind == "below":
        upper, lower, kind = lower, upper, RelationKind.ABOVE
    if kind not in RelationKind.values:
        raise Invalid(
            "context.unknown_relation",
            _("%(kind)s is no relation of contexts.") % {"kind": kind},
            field="kind",
            value=kind,
            rule="above, below, equal",
        )
    handling = next((c.handling for c in (upper, lower) if c.handling != Handling.OPEN), Handling.OPEN)
    return create_relation(
        actor=actor,
        record=ContextRelation(case_id=upper.case_id, upper=upper, lower=lower, kind=kind, handling=handling),
    )


def create_relation(*, actor: User, record: ContextRelation) -> ContextRelation:
    """Record a relation of two contexts. Raises what `relate` raises."""
    return create_record(actor=actor, record=record, rule=lambda relation: refuse_disorder(actor, relation))


def change_relation(*, actor: User, record: ContextRelation, version: int) -> ContextRelation:
    """Change a relation of two contexts. Raises what `relate` raises."""
    return change_record(
        actor=actor, record=record, version=version, rule=lambda relation: refuse_disorder(actor, relation)
    )


def refuse_disorder(actor: User, relation: ContextRelation) -> None:
    """Refuse a relation that the others of the site contradict, with the circle it would close."""
    upper, lower = relation.upper, relation.lower
    if upper.pk == lower.pk:
        raise Invalid(
            "context.itself",
            _("(%(number)s) is neither above nor equal to itself.") % {"number": upper.number},
            field="lower",
            value=lower,
        )
    if upper.site_id != lower.site_id:
        raise Invalid(
            "context.two_sites",
            _("(%(upper)s) and (%(lower)s) are contexts of two sites.")
            % {"upper": upper.number, "lower": lower.number},
            field="lower",
            value=lower,
            rule=_("A relation joins contexts of one site."),
        )
    # Who writes relations of a site waits for whoever is doing so already.
    Site.objects.select_for_update(no_key=True).get(pk=upper.site_id)
    present = list(
        ContextRelation.objects.filter(upper__site=upper.site_id, withdrawn_at__isnull=True).exclude(
            pk=relation.pk
        )
    )
    pair = {upper.pk, lower.pk}
    twin = next((other for other in present if {other.upper_id, other.lower_id} == pair), None)
    if twin is not None and relation.kind == twin.kind:
        same_way = relation.kind == RelationKind.EQUAL or twin.upper_id == upper.pk
        if same_way:
            raise Invalid(
                "context.related_already",
                _("(%(upper)s) and (%(lower)s) are related in this way already.")
                % {"upper": upper.number, "lower": lower.number},
                field="lower",
                value=lower,
            )
    _refuse_circle(actor, relation, present)


def _refuse_circle(actor: User, relation: ContextRelation, present: Iterable[ContextRelation]) -> None:
    steps: dict[UUID, list[Step]] = defaultdict(list)
    for other in present:
        for step in _steps(other):
            steps[step[0]].append(step)
    for first in _steps(relation):
        needs_down = first[2] == RelationKind.EQUAL
        way = _way(steps, first[1], first[0], needs_down=needs_down)
        if way is not None:
            raise _circle(actor, [first, *way])


def _steps(relation: ContextRelation) -> list[Step]:
    """Return a relation as steps: down from above, and both ways between equals."""
    here = (relation.upper_id, relation.lower_id)
    if relation.kind == RelationKind.ABOVE:
        return [(*here, "above")]
    return [(*here, "equal"), (here[1], here[0], "equal")]


def _way(steps: dict[UUID, list[Step]], start: UUID, goal: UUID, *, needs_down: bool) -> list[Step] | None:
    """Return the shortest way from one context to another, which goes down at least once where that is needed."""
    seen = {(start, False)}
    ways: list[tuple[UUID, bool, list[Step]]] = [(start, False, [])]
    for place, down, way in ways:
        if place == goal and (down or not needs_down):
            return way
        for step in steps.get(place, ()):
            state = (step[1], down or step[2] == "above")
            if state not in seen:
                seen.add(state)
                ways.append((*state, [*way, step]))
    return None


def _circle(actor: User, steps: list[Step]) -> Invalid:
    places = {step[0] for step in steps} | {step[1] for step in steps}
    seen = access.visible(Context.objects.filter(pk__in=places), actor)
    numbers = {place: _("not shown") for place in places} | dict(seen.values_list("pk", "number"))
    words = {"above": _("(%(a)s) above (%(b)s)"), "equal": _("(%(a)s) equal to (%(b)s)")}
    circle = ", ".join(words[kind] % {"a": numbers[a], "b": numbers[b]} for a, b, kind in steps)
    return Invalid(
        "context.circle",
        _("These relations would form a circle: %(circle)s.") % {"circle": circle},
        field="lower",
        value=circle,
        rule=_("What lies above came later; nothing is later than itself."),
        way_forward=_("Check the relations of the circle and withdraw the one that is wrong."),
    )


def withdraw_relation(*, actor: User, relation: ContextRelation, reason: str) -> ContextRelation:
    """Withdraw a relation, so that a right one can take its place."""
    withdrawn: ContextRelation = withdraw_record(actor=actor, record=relation, reason=reason)
    return withdrawn


def visible_order(user: User, site: Site) -> list[ContextRelation]:
    """Return the relations of a site that this person sees, for drawing its matrix."""
    relations = access.visible(ContextRelation.objects.filter(upper__site=site), user)
    return list(relations.current().select_related("upper", "lower"))
