"""What the estimates of a specimen, a find or an individual come to: intersections, and what contradicts what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.dates import in_words
from cases.models.user import User
from remains.models.association import Individual
from remains.models.estimate import Certainty, Estimate, EstimateKind, Sex, span
from remains.science.combine import Combination, Opinion, combine, contradictions

#: Estimates of a subject read at most; a person has a few dozen.
MOST = 500


@dataclass(frozen=True, slots=True)
class Combined:
    """The estimates of one kind and one certainty, and what they have in common."""

    kind: str
    certainty: str
    common: Combination
    estimates: tuple[Estimate, ...]

    @property
    def label(self) -> str:
        """Return the question."""
        return str(EstimateKind(self.kind).label)

    @property
    def certainty_label(self) -> str:
        """Return how far it is established."""
        return str(Certainty(self.certainty).label)

    @property
    def value(self) -> str:
        """Return what they have in common, in words; that they contradict each other when they have nothing."""
        common = self.common
        if not common.agrees:
            return _("no common value: the estimates contradict each other")
        if len(self.estimates) == 1:
            return self.estimates[0].value_in_words
        if self.kind == EstimateKind.SEX:
            return str(Sex(str(common.sex)).label)
        if self.kind == EstimateKind.BURIAL:
            return in_words(f"{common.low or '..'}/{common.high or '..'}")
        unit = _("%(span)s cm") if self.kind == EstimateKind.STATURE else _("%(span)s years")
        return span(common.low, common.high, unit)  # type: ignore[arg-type]

    @property
    def number(self) -> str:
        """Say from how many estimates."""
        count = len(self.estimates)
        return ngettext("from %(count)d estimate", "from %(count)d estimates", count) % {"count": count}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two estimates that cannot both be true."""

    first: Estimate
    second: Estimate


def estimates_of(user: User, subject: Any) -> list[Estimate]:
    """Return the estimates that hold of a subject; of an individual also those of its specimens."""
    rows = Estimate.objects.visible_to(user).current().filter(superseded_by__isnull=True)
    if isinstance(subject, Individual):
        parts = subject.parts.filter(left_at__isnull=True, withdrawn_at__isnull=True)
        found = rows.filter(individual=subject) | rows.filter(specimen__in=parts.values("specimen"))
    else:
        found = rows.filter(**{subject._meta.model_name: subject})
    return list(found.select_related("specimen", "individual", "find", "site").order_by("id")[:MOST])


def combined(user: User, subject: Any) -> list[Combined]:
    """Return what a subject's estimates come to, by question, what was determined before what is presumed."""
    return _by_question(estimates_of(user, subject))


def contradicting(user: User, subject: Any) -> list[Contradiction]:
    """Return the pairs of a subject's estimates that cannot both be true, presumed and determined ones too."""
    return _pairs(estimates_of(user, subject))


def panel(user: Any, subject: Any) -> dict[str, Any]:
    """Return what a page shows of a subject's estimates, with one reading of the database."""
    held = estimates_of(user, subject)
    pairs = _pairs(held)
    words = ngettext("%(count)d contradiction", "%(count)d contradictions", len(pairs))
    return {
        "combined": _by_question(held),
        "contradictions": pairs,
        "contradictions_said": words % {"count": len(pairs)},
    }


def _by_question(held: list[Estimate]) -> list[Combined]:
    found = []
    for kind in EstimateKind.values:
        for certainty in (Certainty.DETERMINED, Certainty.PRESUMED):
            same = [row for row in held if row.kind == kind and row.certainty == certainty]
            common = combine(opinion(row) for row in same)
            if common is not None:
                found.append(Combined(kind, certainty.value, common, tuple(same)))
    return found


def _pairs(held: list[Estimate]) -> list[Contradiction]:
    by_key = {str(row.pk): row for row in held}
    pairs = []
    for kind in EstimateKind.values:
        for first, second in contradictions([opinion(row) for row in held if row.kind == kind]):
            pairs.append(Contradiction(by_key[first], by_key[second]))
    return pairs


def opinion(row: Estimate) -> Opinion:
    """Return an estimate as the combination knows it."""
    key = str(row.pk)
    if row.kind == EstimateKind.SEX:
        return Opinion(key, sex=row.sex)
    if row.kind == EstimateKind.BURIAL:
        return Opinion(key, row.burial_earliest_on, row.burial_latest_on)
    low, high = (
        (row.stature_min_cm, row.stature_max_cm)
        if row.kind == EstimateKind.STATURE
        else (row.age_min_years, row.age_max_years)
    )
    return Opinion(key, None if low is None else float(low), None if high is None else float(high))
