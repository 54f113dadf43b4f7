"""What lists of remains are narrowed to, and start pages count: one function for both, so that they agree."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Value
from django.db.models.lookups import Exact

from cases.counts import Seen
from cases.models.user import User
from remains.models import AssessmentStatus, Estimate, FindCategory, FindStatus, Specimen

#: What an estimate may be about.
SUBJECTS = ("find", "specimen", "individual", "site")
#: The two ends of each interval that an estimate may state.
INTERVALS = (
    ("age_min_years", "age_max_years"),
    ("stature_min_cm", "stature_max_cm"),
    ("burial_earliest_on", "burial_latest_on"),
)


def uninventoried(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow finds to those on the table of which the viewer knows no bone yet."""
    bones = seen(Specimen.objects.filter(withdrawn_at__isnull=True))
    on_the_table = rows.filter(status__in=[FindStatus.RECEIVED, FindStatus.EXAMINATION])
    human = on_the_table.exclude(category=FindCategory.NON_HUMAN)
    return human.filter(~Exists(bones.filter(find=OuterRef("pk"))))


def contradicting(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow estimates to those that cannot be true beside another one of the same subject.

    Of individuals, beside those of the individual itself: the individual's page compares those of its bones as well.
    """
    standing = seen(Estimate.objects.filter(withdrawn_at__isnull=True, superseded_by__isnull=True))
    found = Q()
    for subject in SUBJECTS:
        spread = _spread(standing.filter(**{f"{subject}__isnull": False}).order_by().values(subject))
        beside = standing.filter(**{subject: OuterRef(subject)}).exclude(pk=OuterRef("pk"))
        found |= Q(**{f"{subject}__in": spread}) & Q(Exists(beside.filter(_excludes())))
    return rows.filter(superseded_by__isnull=True).filter(found)


def _spread(by_subject: Any) -> Any:
    """Return the subjects whose estimates have no value in common on some question: few, found in one pass."""
    apart = Q(_sexes__gt=1)
    told: dict[str, Any] = {
        "_sexes": Count("sex", distinct=True, filter=Q(sex__in=["female", "male"])),
    }
    for low, high in INTERVALS:
        told |= {f"_{low}": Max(low), f"_{high}": Min(high)}
        apart |= Q(**{f"_{low}__gt": F(f"_{high}")})
    name = by_subject.query.values_select[0]
    return by_subject.annotate(**told).filter(apart).values(name)


def _excludes() -> Q:
    """Return what is true of an estimate that the outer one cannot be true beside."""
    apart = (Q(sex="female") & _outer("sex", "male")) | (Q(sex="male") & _outer("sex", "female"))
    for low, high in INTERVALS:
        apart |= Q(**{f"{low}__gt": OuterRef(high)}) | Q(**{f"{high}__lt": OuterRef(low)})
    return apart


def _outer(name: str, value: str) -> Q:
    return Q(Exact(OuterRef(name), Value(value)))


def to_sign(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow assessments to drafts of others, which the viewer may sign."""
    return rows.filter(status=AssessmentStatus.DRAFT).exclude(drafted_by=user)


def own_drafts(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow assessments to the viewer's own drafts."""
    return rows.filter(status=AssessmentStatus.DRAFT, drafted_by=user)


def standing(rows: Any, user: User, seen: Seen) -> Any:
    """Narrow assessments to those that are signed and not superseded."""
    return rows.filter(status=AssessmentStatus.SIGNED, superseded_by__isnull=True)
