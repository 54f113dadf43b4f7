"""What remains tell the public: how many people, as stated by somebody or as assessed and signed, and since when."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.public import words
from cases.public.facts import FactKind
from cases.public.words import Value
from remains.models import Assessment, AssessmentStatus, Estimate, StatedGroup, StatedMinimum


def _stated(record: StatedMinimum) -> Value:
    return words.number("at_least", record.minimum)


def _assessed(record: Assessment) -> Value | None:
    """Only what is signed, and what nothing stands in the place of, is told."""
    if record.status != AssessmentStatus.SIGNED or record.superseded_by_id is not None:
        return None
    return words.number("at_least", record.count)


def _signed_on(record: Assessment) -> Value | None:
    return words.date(f"{record.signed_at:%Y-%m-%d}") if _assessed(record) and record.signed_at else None


def _age(record: StatedGroup) -> Value | None:
    if record.age_min_years is None and record.age_max_years is None:
        return None
    return words.span(record.age_min_years, record.age_max_years)


def _of_them(record: StatedGroup) -> Value:
    return words.number("exact", record.number)


def _buried(record: Estimate) -> Value | None:
    return words.date(record.burial_edtf) if record.burial_edtf and record.superseded_by_id is None else None


def _stated_on(record: StatedMinimum) -> Value:
    return words.date(f"{record.stated_on:%Y-%m-%d}")


_ABOUT = ("site", "find", "specimen", "individual")
KINDS = (
    FactKind(
        "remains.statedminimum.minimum",
        _("number of people, as stated"),
        "people",
        StatedMinimum,
        _stated,
        ("site",),
    ),
    FactKind(
        "remains.statedminimum.stated",
        _("day of the statement"),
        "statement_day",
        StatedMinimum,
        _stated_on,
        ("site",),
    ),
    FactKind(
        "remains.statedgroup.number",
        _("of them, as stated"),
        "of_them",
        StatedGroup,
        _of_them,
        ("stated_minimum",),
    ),
    FactKind(
        "remains.statedgroup.age", _("age in years, as stated"), "age", StatedGroup, _age, ("stated_minimum",)
    ),
    FactKind(
        "remains.assessment.count",
        _("number of people, as assessed and signed"),
        "people",
        Assessment,
        _assessed,
        _ABOUT[:2],
    ),
    FactKind(
        "remains.assessment.signed",
        _("day on which an assessment was signed"),
        "assessment_day",
        Assessment,
        _signed_on,
        _ABOUT[:2],
    ),
    FactKind("remains.estimate.burial", _("burial, as estimated"), "burial", Estimate, _buried, _ABOUT),
)
