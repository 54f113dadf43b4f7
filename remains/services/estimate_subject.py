"""What an estimate is about, as far as a method must know it: element, growth stage, and what fits the subject."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from cases.models.user import User
from remains.models.association import Individual
from remains.models.estimate import Estimate
from remains.models.specimen import Cohort, Specimen
from remains.science.elements import elements
from remains.services.estimate_combination import combined

#: The references of an estimate, of which it has exactly one.
SUBJECTS = ("find", "site", "specimen", "individual")
#: Who is certainly younger is no adult to a method that is for adults only.
ADULT_FROM_YEARS = 18
#: Who is certainly as old is an adult to a method that is for children only.
GROWN_FROM_YEARS = 25


def subject_of(record: Estimate) -> Any:
    """Return the find, site, specimen or individual that an estimate is about, or None."""
    return next((subject for name in SUBJECTS if (subject := getattr(record, name)) is not None), None)


def element_code(specimen: Specimen) -> str:
    """Return the code of a specimen's element as science names it."""
    return specimen.element_id.removeprefix("element.")


def element_of(record: Estimate) -> str | None:
    """Return the element of the specimen that an estimate is about, or None for other subjects."""
    return None if record.specimen is None else element_code(record.specimen)


def specimens_of(user: User, subject: Any) -> QuerySet[Specimen]:
    """Return the current specimens of a subject that a viewer sees."""
    rows = Specimen.objects.visible_to(user).current()
    if isinstance(subject, Specimen):
        return rows.filter(pk=subject.pk)
    if isinstance(subject, Individual):
        held = {"individual_parts__left_at": None, "individual_parts__withdrawn_at": None}
        return rows.filter(individual_parts__individual=subject, **held)
    return rows.filter(find=subject)


def elements_of(user: User, subject: Any) -> frozenset[str] | None:
    """Return the elements that methods may be scored on, or None where nothing is inventoried yet."""
    found = frozenset(
        code.removeprefix("element.")
        for code in specimens_of(user, subject).order_by().values_list("element_id", flat=True).distinct()
    )
    return found or None


def growth_stage_of(user: User, record: Estimate) -> str | None:
    """Return the growth stage of one bone or one person, or None where it is not known.

    A find may hold several people, so its specimens say nothing of whom an estimate about the find is.
    """
    subject = subject_of(record)
    if subject is None:
        return None
    if isinstance(subject, (Specimen, Individual)):
        seen = list(specimens_of(user, subject).values_list("cohort", "element_id"))
        cohorts = {cohort for cohort, _element in seen if cohort}
        for stage in Cohort.values:  # the earliest stage first: one unfused bone makes a person a subadult
            if stage in cohorts:
                return stage
        known = elements()
        if any(known[code.removeprefix("element.")].subadult_only for _cohort, code in seen):
            return Cohort.SUBADULT
    return _stage_by_age(user, subject)


def _stage_by_age(user: User, subject: Any) -> str | None:
    for part in combined(user, subject):
        if part.kind == "age" and part.certainty == "determined" and part.common.agrees:
            if part.common.high is not None and part.common.high < ADULT_FROM_YEARS:  # type: ignore[operator]
                return Cohort.SUBADULT
            if part.common.low is not None and part.common.low >= GROWN_FROM_YEARS:  # type: ignore[operator]
                return Cohort.ADULT
    return None
