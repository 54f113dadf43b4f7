"""The fixed cast of every test: one person per role in case A, and one of case B who must see nothing of A."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cases.ledger.context import Actor, change
from cases.models import Agency, Appointment, Case, Membership, Site, User
from cases.models.membership import Role
from remains.models import Find

SINCE = dt.date(2020, 1, 1)
INSTALLER = Actor.system("tests")


@dataclass
class Cast:
    """People by what they are, and the two cases with a site and a find each."""

    agency: Agency
    other_agency: Agency
    laboratory_agency: Agency
    case_a: Case
    case_b: Case
    people: dict[str, User] = field(default_factory=dict)
    site_a: Any = None
    site_b: Any = None
    find_a: Any = None
    find_b: Any = None

    def __getattr__(self, name: str) -> User:
        """Return the person in this role: `cast.investigator`."""
        people = self.__dict__.get("people", {})
        if name in people:
            return people[name]
        raise AttributeError(name)

    @property
    def members(self) -> dict[str, User]:
        """Return everyone who has a part in case A."""
        return {name: who for name, who in self.people.items() if name not in {"outsider", "nobody"}}


def new_user(username: str, agency: Agency) -> User:
    """Return an active person who cannot sign in by password, not yet written."""
    user = User(username=username, full_name=username.replace("_", " ").title(), agency=agency)
    user.set_unusable_password()
    return user


def make_user(username: str, agency: Agency) -> User:
    """Return a new active person who cannot sign in by password."""
    user = new_user(username, agency)
    user.save()
    return user


def make_case(number: str, agency: Agency, **fields: Any) -> Case:
    """Return a new open case."""
    values = {
        "title": f"Case {number}",
        "kind": "criminal",
        "language": "en",
        "opened_on": SINCE,
        "status": "open",
        **fields,
    }
    return Case.objects.create(number=number, lead_agency=agency, **values)


def make_site(case: Case, code: str = "KHJ01", **fields: Any) -> Site:
    """Return a new reported site."""
    return Site.objects.create(case=case, code=code, name=f"Site {code}", status="reported", **fields)


def make_find(site: Site, serial: int = 1, **fields: Any) -> Find:
    """Return a new find of a site, as the service would number it."""
    values = {"category": "bone", "status": "located", "number": f"{site.code}-{serial:04d}", **fields}
    return Find.objects.create(case=site.case, site=site, serial=serial, **values)


def _parts(cast: Cast) -> Iterator[tuple[Case, str, str]]:
    """Yield who has which role in which case."""
    for name in ("investigator", "anthropologist", "laboratory", "custodian", "prosecutor", "liaison"):
        yield cast.case_a, name, name
    yield cast.case_a, "second_prosecutor", "prosecutor"
    for role in ("investigator", "prosecutor"):
        yield cast.case_b, "outsider", role


def make_cast() -> Cast:
    """Write the cast into the database."""
    with change(INSTALLER, "tests.cast.made"):
        agency = Agency.objects.create(name="Prosecution Office A", short_name="POA", kind="prosecution")
        other = Agency.objects.create(name="Prosecution Office B", short_name="POB", kind="prosecution")
        bench = Agency.objects.create(name="Laboratory L", short_name="LBL", kind="laboratory")
        cast = Cast(agency, other, bench, make_case("A-1", agency), make_case("B-1", other))
        home = [role.value for role in Role] + ["second_prosecutor", "nobody"]
        people = [new_user(name, bench if name == Role.LABORATORY else agency) for name in home]
        people.append(new_user("outsider", other))
        cast.people |= {person.username: person for person in User.objects.bulk_create(people)}
        Membership.objects.bulk_create(
            Membership(case=case, user=cast.people[name], role=role, from_on=SINCE)
            for case, name, role in _parts(cast)
        )
        Appointment.objects.bulk_create(
            Appointment(agency=agency, user=cast.people[name], role=name, from_on=SINCE)
            for name in ("supervisor", "auditor", "administrator")
        )
        cast.site_a = make_site(cast.case_a)
        cast.site_b = make_site(cast.case_b, "BBB01")
        cast.find_a = make_find(cast.site_a)
        cast.find_b = make_find(cast.site_b)
    return cast
