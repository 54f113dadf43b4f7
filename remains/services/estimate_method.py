"""What a published method makes of an estimate: the interval comes from the scores, here and nowhere else."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from cases.models.user import User
from cases.refusals import Invalid
from remains.method_words import name_of, why_not_offered
from remains.models.estimate import VALUES, Estimate, EstimateKind
from remains.science.methods import (
    Classification,
    Method,
    MethodRefusal,
    Result,
    apply,
    checked,
    in_words,
    named,
    why_withheld,
)
from remains.services.estimate_subject import element_of, growth_stage_of

#: What is refused, in words, by the code with which the method refuses.
_SENTENCES = {
    "method.unknown": gettext_lazy("There is no such method."),
    "method.other_element": gettext_lazy("The method is not for this element."),
    "method.subadult_sex": gettext_lazy("The sex of a subadult is not told from the skeleton."),
    "method.out_of_validity": gettext_lazy("This is out of what the method is valid for."),
    "method.missing_score": gettext_lazy("A score is missing."),
    "method.unknown_score": gettext_lazy("The method has no such score."),
    "method.unknown_item": gettext_lazy("The method does not score this."),
    "method.no_interval": gettext_lazy("The method has no interval of a person for this."),
    "method.tibia_measured_otherwise": gettext_lazy("The tibia was not measured as the method needs it."),
}
_WAYS = {
    "method.subadult_sex": gettext_lazy(
        "Leave the sex out, or record a DNA result with its report as the basis."
    ),
    "method.out_of_validity": gettext_lazy("Use another method, or write the interval with its basis."),
    "method.tibia_measured_otherwise": gettext_lazy(
        "Measure it without the malleolus, or use the femur or the fibula."
    ),
}


def refusal_of(refused: MethodRefusal) -> Invalid:
    """Return a method's refusal as one that people read."""
    return Invalid(
        refused.code,
        str(_SENTENCES[refused.code]),
        field="method_code" if refused.field == "method_code" else "scored",
        value=refused.value,
        rule=refused.rule,
        way_forward=str(_WAYS.get(refused.code, "")),
    )


def result_for(actor: User, record: Estimate) -> tuple[Method, Result]:
    """Return the method of an estimate and what it says of the scores, after checking that it may say it."""
    try:
        method = named(str(record.method_code))
        if method.kind != record.kind:
            raise Invalid(
                "estimate.other_kind",
                _("%(method)s answers another question.") % {"method": name_of(method)},
                field="method_code",
                value=method.code,
            )
        if record.site_id is not None:
            raise Invalid(
                "estimate.scored_of_site",
                _("A method is scored on remains, not on a site."),
                field="method_code",
                value=method.code,
                way_forward=_("Record it for the specimen, the find or the individual."),
            )
        element = element_of(record)
        scored = record.scored if isinstance(record.scored, dict) else {}
        record.scored = checked(method, {str(key): str(value) for key, value in scored.items()}, element)
        stage = growth_stage_of(actor, record)
        return method, apply(method.code, record.scored, element=element, growth_stage=stage)
    except MethodRefusal as refused:
        raise refusal_of(refused) from refused


def fill_from_method(actor: User, record: Estimate, *, unverified: bool) -> None:
    """Fill an estimate from its method and its scores; refuse what differs from them.

    Raises `estimate.scored`, `estimate.other_kind`, `estimate.scored_of_site`, `estimate.bounds_no_person`,
    `estimate.unverified`, `estimate.differs_from_method` and the codes of `remains.science.methods.apply`.
    """
    record.method_code = record.method_code or None
    record.interval_meaning = record.sex_probability = None
    if record.method_code is None:
        if record.scored:
            raise Invalid(
                "estimate.scored",
                _("Scores belong to a published method; none is named."),
                field="method_code",
            )
        record.scored = None
        return
    method, result = result_for(actor, record)
    _refuse_withheld(method, unverified)
    if isinstance(result, Classification):
        _take_sex(record, method, result)
    else:
        if not result.bounds_a_person:
            raise _bounds_no_person(method)
        low, high = (name for name in VALUES[EstimateKind(record.kind)])
        _take(record, method, {low: result.low, high: result.high})
        record.interval_meaning = result.meaning.value
    record.method = method.name
    record.reference_population = method.population[:200]
    added = basis_of(method, record.scored, result)
    typed = record.basis.strip()
    record.basis = typed if typed.endswith(added) else "\n\n".join(text for text in (typed, added) if text)


def basis_of(method: Method, scored: Any, result: Result) -> str:
    """Return what a method adds to a basis: the scores, what was found, warnings, and what was not verified."""
    said = [in_words(method, scored)]
    if isinstance(result, Classification) and result.p_female is not None:
        said.append(
            _("Probability of female %(p)s.") % {"p": f"{result.p_female:.4f}"}
            + (_(" Value of the function %(y)s.") % {"y": f"{result.y:g}"} if result.y is not None else "")
        )
    said += result.warnings
    said.append(_("Source: %(source)s.") % {"source": method.source})
    if not method.offered:
        said.append(_("UNVERIFIED: %(why)s") % {"why": why_withheld(method)})
    return "\n".join(said)


def typed_basis(record: Estimate) -> str:
    """Return the part of a basis that its observer wrote, without what the method added."""
    if record.method_code is None:
        return record.basis
    first = in_words(named(record.method_code), record.scored or {})
    return record.basis.partition(first)[0].strip()


def _refuse_withheld(method: Method, unverified: bool) -> None:
    if method.withheld:
        raise _bounds_no_person(method)
    if not method.offered and not unverified:
        raise Invalid(
            "estimate.unverified",
            _("%(method)s is not offered: its values were not verified.") % {"method": name_of(method)},
            field="method_code",
            value=method.code,
            rule=why_not_offered(method),
            way_forward=_("Use another method, or say that you use it unverified: its basis will say so."),
        )


def _bounds_no_person(method: Method) -> Invalid:
    return Invalid(
        "estimate.bounds_no_person",
        _("%(method)s gives no interval of one person.") % {"method": name_of(method)},
        field="method_code",
        value=method.code,
        rule=method.withheld,
    )


def _take_sex(record: Estimate, method: Method, result: Classification) -> None:
    """Take the sex that the method says; who is not convinced may say undetermined."""
    record.sex = record.sex or result.sex
    if record.sex not in (result.sex, "undetermined"):
        raise _differs(method, "sex", record.sex, result.sex)
    if result.p_female is not None and record.sex == result.sex != "undetermined":
        # Rounded down: what does not reach the threshold is not rounded up to it.
        probability = Decimal(str(max(result.p_female, 1 - result.p_female)))
        record.sex_probability = probability.quantize(Decimal("0.0001"), ROUND_DOWN)


def _take(record: Estimate, method: Method, values: dict[str, float | None]) -> None:
    typed = {name: getattr(record, name) for name in values}
    if any(value is not None for value in typed.values()):
        for name, value in values.items():
            if not _same(typed[name], value):
                raise _differs(method, name, typed[name], value)
    for name, value in values.items():
        setattr(record, name, None if value is None else Decimal(str(value)))


def _same(typed: Any, value: float | None) -> bool:
    if typed is None or value is None:
        return typed is None and value is None
    try:
        return Decimal(str(typed)) == Decimal(str(value))
    except ArithmeticError:
        return False


def _differs(method: Method, field: str, typed: object, value: object) -> Invalid:
    said = pgettext("limit of an interval", "none") if value is None else value
    return Invalid(
        "estimate.differs_from_method",
        _("%(method)s says something else of these scores.") % {"method": name_of(method)},
        field=field,
        value=typed,
        rule=_("It gives: %(value)s.") % {"value": said},
        way_forward=_(
            "Leave it as the method gives it, or choose no method and write the basis of your own."
        ),
    )
