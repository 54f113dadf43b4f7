"""Each number of a start page is what its list shows, and no record changes a number of who may not see it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import access, counts
from cases.admin import paging
from cases.counts import Count
from cases.ledger.context import change
from cases.models import (
    Case,
    CaseRecord,
    Direction,
    DiscoveryReport,
    Handling,
    Membership,
    Role,
    Site,
)
from cases.overview import OVERSEES
from config.start.page import start_page
from config.start.roles import NUMBERS
from remains.models import Estimate, Find
from tests.actors import INSTALLER, SINCE, Cast, make_case
from tests.cases.test_admin_base import browser
from tests.scene import Scene


def every_count() -> list[Count]:
    """Return every count of every start page."""
    statuses = [count for model in (Case, Site, Find) for count in counts.by_status(model, OVERSEES)]
    return [*counts.declared().values(), *statuses]


def listed(rf: Any, user: Any, count: Count, link: str, more: dict[str, str]) -> tuple[int, int]:
    """Return how many rows the list has to which a number leads, and how many its export."""
    query = QueryDict(link.partition("?")[2], mutable=True)
    query.update(more)
    request = rf.get(f"/?{query.urlencode()}")
    request.user = user
    page: Any = admin.site._registry[count.model]
    return page.get_changelist_instance(request).paginator.count, page._exported(request).rows.count()


def filled(cast: Cast, seed: int) -> list[Any]:
    """Fill two cases with records of every handling, some on their way; return people of many roles in both."""
    turn = random.Random(seed)
    for case in (cast.case_a, cast.case_b):
        for handling in Handling.values:
            made = Scene(case, mark=handling, handling=handling).fill(turn.randint(1, 2))
            with change(INSTALLER, "tests.start.made", reason="moved"):
                Site.objects.filter(pk__in=[site.pk for site in made[Site]]).update(status="verified")
                _open_ends(cast, case, made, handling)
                for find in made[Find]:
                    Find.objects.filter(pk=find.pk).update(lifted_on=SINCE)
                    for status in ("lifted", "received", "examination")[: turn.randint(0, 3)]:
                        Find.objects.filter(pk=find.pk).update(status=status)
    with change(INSTALLER, "tests.start.made"):
        for name, role in (("prosecutor", "investigator"), ("anthropologist", "custodian")):
            Membership.objects.create(
                case=cast.case_b, user=cast.people[name], role=role, from_on=SINCE, basis="order"
            )
    return list(cast.people.values())


def _open_ends(cast: Cast, case: Case, made: dict[type, list[Any]], handling: str) -> None:
    """Leave something to do: a report without a site, a second opinion, a direction for the cast, a draft of theirs."""
    common: dict[str, Any] = {"case": case, "handling": handling}
    DiscoveryReport.objects.create(received_on=SINCE, received_by="Officer", account="Bones.", **common)
    estimate = made[Estimate][0]
    Estimate.objects.create(
        find=estimate.find,
        kind="age",
        age_min_years=30,
        age_max_years=40,
        certainty="presumed",
        method="teeth",
        basis="seen",
        observer="Another",
        **common,
    )
    person = cast.people["investigator" if case == cast.case_a else "outsider"]
    Direction.objects.create(
        what="Look again",
        assignee=person,
        status="given",
        given_by=cast.prosecutor,
        given_on=SINCE,
        due_on=SINCE,
        **common,
    )


@pytest.mark.parametrize(("seed", "pairs"), [(1, 40), pytest.param(2, 500, marks=pytest.mark.slow)])
def test_each_number_is_what_its_list_shows_and_its_export_holds(
    cast: Cast, rf: Any, seed: int, pairs: int
) -> None:
    people = filled(cast, seed)
    turn = random.Random(seed)
    wrong, counted = [], 0
    for count, user, more in chosen(cast, people, turn, pairs):
        scope = access.scope(user)
        rows = count.rows(user, scope)
        for name, value in more.items():
            rows = rows.filter(**{name.replace("__id__exact", "").replace("__exact", ""): value})
        shown = listed(rf, user, count, count.link(scope), more)
        counted += shown[0] > 0
        if shown != (rows.count(), rows.count()):
            wrong.append((count.name, user.username, more, rows.count(), shown))
    assert not wrong
    assert counted > pairs // 10, "hardly any list had a row: nothing was compared"


def chosen(
    cast: Cast, people: list[Any], turn: random.Random, pairs: int
) -> Iterator[tuple[Count, Any, dict[str, str]]]:
    """Yield counts for people who have one of their roles, with or without a further filter of the list."""
    waiting, every = list(counts.declared().values()), every_count()
    while pairs:
        count, user = turn.choice(turn.choice([waiting, every])), turn.choice(people)
        if not access.scope(user).among(count.roles).roles:
            continue
        more: dict[str, str] = {}
        if issubclass(count.model, CaseRecord):
            more = turn.choice(
                [
                    {},
                    {"case__id__exact": str(turn.choice([cast.case_a, cast.case_b]).pk)},
                    {"handling__exact": turn.choice(Handling.values)},
                ]
            )
        fields = {
            entry[0] for entry in admin.site._registry[count.model].list_filter if isinstance(entry, tuple)
        }
        if not {name.split("__")[0] for name in more} <= fields:
            more = {}
        yield count, user, more
        pairs -= 1


def every_number(user: Any) -> dict[str, Any]:
    """Return all numbers that a person is shown."""
    access.forget_standing(user)
    page = start_page(user)
    overseen = page.agency
    return {
        **{number.name: number.value for number in page.numbers},
        **(
            {
                n.name: n.value
                for n in (*overseen.case_numbers, *overseen.site_numbers, *overseen.find_numbers)
            }
            if overseen
            else {}
        ),
        "people": [(row.site, row.stated, row.assessed) for row in overseen.people] if overseen else [],
        "load": [(row.person, row.numbers) for row in overseen.workload] if overseen else [],
        "cards": [(card.case, card.sites) for card in page.cards],
        "changed": page.changed,
    }


def test_what_somebody_may_not_see_changes_no_number_of_theirs(cast: Cast) -> None:
    filled(cast, 3)
    people = {name: person for name, person in cast.people.items() if name != "administrator"}
    before = {name: every_number(person) for name, person in people.items()}
    told: dict[str, Any] = {}
    for number, handling in (("D-1", Handling.INVESTIGATION), ("E-1", Handling.HUMANITARIAN)):
        Scene(cast.case_a, mark=f"later {handling}", handling=handling, begin=100).fill(1)
        with change(INSTALLER, "tests.start.made"):
            outside = make_case(number, cast.other_agency)
        Scene(outside, handling=handling).fill(1)
        for name, person in people.items():
            sees = access.handlings_seen(access.roles_in(person, cast.case_a))
            after = every_number(person)
            if handling.value not in sees:
                assert after == before[name], (name, handling)
            told[name] = told.get(name, False) or after != before[name]
            before[name] = after
    assert {name for name, changed in told.items() if changed} >= {
        "investigator",
        "supervisor",
        "anthropologist",
    }


@pytest.mark.parametrize(
    "role", ["investigator", "anthropologist", "prosecutor", "liaison", "supervisor", "outsider"]
)
def test_a_start_page_asks_as_often_for_more_records(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.setattr("config.middleware.RESOLUTION_SECONDS", 10**9)
    settings_client = browser(cast.people[role], settings)
    Scene(cast.case_a).fill(1)
    few = asked(settings_client)
    for handling in Handling.values:
        Scene(cast.case_a, mark=f"later {handling}", handling=handling, begin=100).fill(3)
    assert asked(settings_client) == few


def asked(client: Any) -> int:
    url = reverse("admin:index")
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)


def test_a_number_stops_where_its_list_stops_counting(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert counts.COUNTED == paging.COUNTED_ROWS
    Scene(cast.case_a).fill(3)
    monkeypatch.setattr(counts, "COUNTED", 2)
    shown = {number.name: number.shown for number in start_page(cast.investigator).numbers}
    assert shown["remains.finds_located"] == "2+"


def test_every_number_that_a_role_is_shown_is_one_of_its_role() -> None:
    for role, names in NUMBERS.items():
        for count in counts.chosen(names):
            assert role in count.roles, (role, count.name)
    used = {name for names in NUMBERS.values() for name in names}
    assert used == set(counts.declared()), "a count that no start page shows"
    assert set(NUMBERS) | {Role.LABORATORY, Role.ADMINISTRATOR} == set(Role)
