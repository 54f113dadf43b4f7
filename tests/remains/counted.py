"""Short ways to write what a count reads, and a second anthropologist."""

from __future__ import annotations

from typing import Any

from cases.ledger.context import change
from cases.models import Membership, Site, SiteLink, User
from remains.models import Association, Estimate, Find, Individual, IndividualPart, Specimen
from tests.actors import INSTALLER, SINCE, Cast, make_user


def said(case: Any, kind: str = "age", **fields: Any) -> Estimate:
    """Return a recorded estimate, determined unless it says otherwise."""
    values = {"certainty": "determined", "method": "seen", "basis": "seen", "observer": "A. B.", **fields}
    with change(INSTALLER, "tests.estimate.made"):
        return Estimate.objects.create(case=case, kind=kind, **values)


def aged(specimen: Specimen, low: float | None, high: float | None, **fields: Any) -> Estimate:
    """Return an age of a specimen."""
    return said(specimen.case, specimen=specimen, age_min_years=low, age_max_years=high, **fields)


def sexed(specimen: Specimen, sex: str, **fields: Any) -> Estimate:
    """Return a sex of a specimen."""
    return said(specimen.case, "sex", specimen=specimen, sex=sex, **fields)


def between(one: Specimen, other: Specimen, kind: str, stage: str = "final") -> Association:
    """Return an association as it is stored, whatever the service would say."""
    first, second = sorted((one, other), key=lambda each: each.pk)
    with change(INSTALLER, "tests.association.made"):
        return Association.objects.create(
            case=one.case, first=first, second=second, kind=kind, stage=stage, basis="seen", observer="A. B."
        )


def individual(*specimens: Specimen, number: str = "I-1", **fields: Any) -> Individual:
    """Return an individual of these specimens."""
    case = specimens[0].case
    with change(INSTALLER, "tests.individual.made"):
        serial = Individual.objects.filter(case=case).count() + 1
        made: Individual = Individual.objects.create(case=case, number=number, serial=serial, **fields)
        for specimen in specimens:
            IndividualPart.objects.create(
                case=case, individual=made, specimen=specimen, reason="articulated", **fields
            )
    return made


def link(one: Site, other: Site, kind: str = "robbed_into", **fields: Any) -> SiteLink:
    """Return a link between two sites."""
    with change(INSTALLER, "tests.link.made"):
        made: SiteLink = SiteLink.objects.create(
            case=one.case, first=one, second=other, kind=kind, basis="soil", **fields
        )
    return made


def set_on(record: Any, **fields: Any) -> None:
    """Change a stored record past its door."""
    with change(INSTALLER, "tests.record.changed"):
        type(record)._base_manager.filter(pk=record.pk).update(**fields)
    record.refresh_from_db()


def second_anthropologist(cast: Cast) -> User:
    """Return another anthropologist of case A."""
    with change(INSTALLER, "tests.person.made"):
        person = make_user("anthropologist2", cast.agency)
        Membership.objects.create(case=cast.case_a, user=person, role="anthropologist", from_on=SINCE)
    return person


def find_of_body(find: Find) -> Find:
    """Let a find be a body."""
    set_on(find, category="body")
    return find
