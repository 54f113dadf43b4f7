"""Logging finds: numbers in order, never used again, however many log at once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.ledger.context import change
from cases.models import Context, LedgerEntry
from cases.refusals import Invalid
from cases.services.record import withdraw_record
from remains.models import Find, FindAlias
from remains.services.find import add_alias, log_find, log_many
from tests.actors import INSTALLER, SINCE, Cast, make_case, make_cast, make_site
from tests.refused import database_refuses, refused, run

TOMORROW = dt.date.today() + dt.timedelta(days=1)  # noqa: DTZ011


def find(cast: Cast, **fields: Any) -> Find:
    return Find(**{"case": cast.case_a, "site": cast.site_a, "category": "bone", **fields})


def log(cast: Cast, **fields: Any) -> Find:
    return log_find(actor=cast.investigator, record=find(cast, **fields))


def other_site(cast: Cast, **fields: Any) -> Any:
    with change(INSTALLER, "tests.site.made"):
        return make_site(cast.case_a, "KHJ02", **fields)


def context_of(site: Any, number: str = "1") -> Context:
    with change(INSTALLER, "tests.context.made"):
        return Context.objects.create(case=site.case, site=site, number=number, kind="fill")


def test_numbers_follow_one_another_at_each_site(cast: Cast) -> None:
    other = other_site(cast)
    assert [log(cast).number, log(cast).number] == ["KHJ01-0002", "KHJ01-0003"]
    assert log(cast, site=other).number == "KHJ02-0001"


def test_the_number_of_a_withdrawn_find_is_not_given_again(cast: Cast) -> None:
    withdraw_record(actor=cast.investigator, record=log(cast), reason="a stone")
    assert log(cast).number == "KHJ01-0003"


def test_after_9999_numbers_go_on(cast: Cast) -> None:
    with change(INSTALLER, "tests.find.made"):
        Find.objects.create(
            case=cast.case_a,
            site=cast.site_a,
            category="bone",
            status="located",
            serial=9999,
            number="KHJ01-9999",
        )
    assert log(cast).number == "KHJ01-10000"


def test_a_number_typed_by_hand_is_another_label(cast: Cast) -> None:
    made = log_find(actor=cast.investigator, record=find(cast, number="B-17"), label="old 4")
    assert made.number == "KHJ01-0002"
    assert set(made.aliases.values_list("label", flat=True)) == {"B-17", "old 4"}


def test_a_label_is_recorded_once_on_a_find(cast: Cast) -> None:
    add_alias(actor=cast.anthropologist, find=cast.find_a, label="LAB 9", origin="laboratory")
    with refused("find.alias_once", "label"):
        add_alias(actor=cast.anthropologist, find=cast.find_a, label=" LAB 9 ", origin="laboratory")
    with database_refuses("remains_findalias_once"):
        FindAlias.objects.create(case=cast.case_a, find=cast.find_a, label="LAB 9", origin="x")


@pytest.mark.parametrize(
    ("status", "lifted_on", "result"),
    [
        (None, None, "recorded"),
        (None, SINCE, "lifted"),
        ("located", None, "located"),
        ("recorded", None, "recorded"),
        ("lifted", SINCE, "lifted"),
    ],
)
def test_a_find_begins_where_it_is(cast: Cast, status: str | None, lifted_on: Any, result: str) -> None:
    made = log_find(actor=cast.investigator, record=find(cast, lifted_on=lifted_on), status=status)
    assert Find.objects.get(pk=made.pk).status == result


@pytest.mark.parametrize(
    ("status", "lifted_on", "code"),
    [
        ("lifted", None, "find.lifting_not_recorded"),
        ("located", SINCE, "find.lifted_but_not_so"),
        ("examined", SINCE, "find.starts_elsewhere"),
    ],
)
def test_a_find_does_not_begin_elsewhere(cast: Cast, status: str, lifted_on: Any, code: str) -> None:
    with refused(code):
        log_find(actor=cast.investigator, record=find(cast, lifted_on=lifted_on), status=status)


@pytest.mark.parametrize("name", ["custodian", "prosecutor", "supervisor", "auditor", "liaison"])
def test_who_does_not_dig_logs_nothing(cast: Cast, name: str) -> None:
    with refused("access.forbidden"):
        log_find(actor=cast.people[name], record=find(cast))
    with refused("access.forbidden"):
        log_many(actor=cast.people[name], records=[find(cast)])


@pytest.mark.parametrize("name", ["laboratory", "outsider", "nobody", "administrator"])
def test_who_does_not_see_the_case_logs_nothing(cast: Cast, name: str) -> None:
    with refused("access.not_found"):
        log_find(actor=cast.people[name], record=find(cast))
    with refused("access.not_found"):
        log_many(actor=cast.people[name], records=[find(cast)])


IMPOSSIBLE: list[tuple[dict[str, Any], str, str]] = [
    ({"category": ""}, "record.invalid", "category"),
    ({"category": "gold"}, "record.invalid", "category"),
    ({"found_on": TOMORROW}, "record.day_in_future", "found_on"),
    ({"found_on": SINCE, "lifted_on": dt.date(2019, 1, 1)}, "find.lifted_after_found", "lifted_on"),
    ({"orientation_deg": 360}, "find.orientation", "orientation_deg"),
    ({"easting_m": 1}, "find.point_whole", "easting_m"),
    ({"height_m": 1}, "find.point_whole", "easting_m"),
    ({"bindings": "maybe"}, "record.invalid", "bindings"),
    ({"bags": -1}, "record.invalid", "bags"),
    ({"finder_id": uuid4()}, "record.invalid", "finder"),
    ({"handling": "humanitarian"}, "record.handling_out_of_sight", "handling"),
]


@pytest.mark.parametrize(("fields", "code", "field"), IMPOSSIBLE)
def test_an_impossible_find_is_refused(cast: Cast, fields: dict[str, Any], code: str, field: str) -> None:
    with refused(code, field):
        log(cast, **fields)


@pytest.mark.parametrize(("fields", "code", "field"), IMPOSSIBLE)
def test_an_impossible_row_is_named_and_nothing_of_the_grid_is_kept(
    cast: Cast, fields: dict[str, Any], code: str, field: str
) -> None:
    before = (Find.objects.count(), LedgerEntry.objects.count())
    with pytest.raises(Invalid if "handling" not in fields else Exception) as caught:
        log_many(actor=cast.investigator, records=[find(cast), find(cast, **fields), find(cast)])
    refusal: Any = caught.value
    assert (refusal.code, refusal.field, refusal.row) == (code, field, 1)
    assert (Find.objects.count(), LedgerEntry.objects.count()) == before


@pytest.mark.parametrize(
    ("column", "rule"),
    [
        ("orientation_deg = 360", "remains_find_orientation"),
        ("easting_m = 1", "remains_find_point_whole"),
        ("category = 'gold'", "remains_find_category_known"),
        ("bindings = 'maybe'", "remains_find_observed_known"),
        ("found_on = '2020-01-02', lifted_on = '2020-01-01'", "remains_find_lifted_after_found"),
        ("status = 'lifted'", "remains_find_lifting_recorded"),
        ("status = 'examined'", "remains_find_workflow"),
        ("number = 'KHJ01-0009'", "remains_find_number_fixed"),
        ("serial = 9", "remains_find_number_fixed"),
    ],
)
def test_no_statement_makes_an_impossible_find(cast: Cast, column: str, rule: str) -> None:
    with database_refuses(rule):
        run(f"UPDATE remains_find SET {column} WHERE id = %s", cast.find_a.pk)


@pytest.mark.parametrize("many", [False, True])
def test_the_context_of_a_find_is_one_of_its_site(cast: Cast, many: bool) -> None:
    record = find(cast, context=context_of(other_site(cast)))
    with refused("find.context_of_other_site", "context"):
        if many:
            log_many(actor=cast.investigator, records=[record])
        else:
            log_find(actor=cast.investigator, record=record)
    with database_refuses("remains_find_context_of_other_site"):
        run("UPDATE remains_find SET context_id = %s WHERE id = %s", record.context_id, cast.find_a.pk)


@pytest.mark.parametrize("many", [False, True])
def test_a_find_lies_in_its_sites_case(cast: Cast, many: bool) -> None:
    from cases.services.membership import add_member

    add_member(actor=cast.prosecutor, case=cast.case_a, user=cast.outsider, role="investigator")
    record = find(cast, site=cast.site_b)
    with refused("record.other_case", "site"):
        if many:
            log_many(actor=cast.outsider, records=[record])
        else:
            log_find(actor=cast.outsider, record=record)
    with refused("access.not_found"):
        if many:
            log_many(actor=cast.investigator, records=[record])
        else:
            log_find(actor=cast.investigator, record=record)
    with database_refuses("remains_find_site_same_case"):
        Find.objects.create(
            case=cast.case_a, site=cast.site_b, category="bone", status="located", serial=7, number="X-7"
        )


def test_a_grid_is_logged_in_a_number_of_queries_that_does_not_grow(cast: Cast) -> None:
    context = context_of(cast.site_a)

    def queries(many: int) -> int:
        records = [
            find(cast, context=context, finder=cast.investigator, site=cast.site_a) for _row in range(many)
        ]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            log_many(actor=cast.investigator, records=records)
        return len(captured)

    queries(1)
    assert queries(3) == queries(60)
    numbers = list(Find.objects.filter(site=cast.site_a).order_by("serial").values_list("number", flat=True))
    assert numbers == [f"KHJ01-{serial:04d}" for serial in range(1, 66)]


def test_a_grid_may_cover_several_sites_but_one_case(cast: Cast) -> None:
    other = other_site(cast)
    made = log_many(
        actor=cast.investigator,
        records=[find(cast), find(cast, site=other), find(cast), find(cast, site=other)],
    )
    assert [record.number for record in made] == ["KHJ01-0002", "KHJ02-0001", "KHJ01-0003", "KHJ02-0002"]
    with refused("find.several_cases"):
        log_many(actor=cast.investigator, records=[find(cast), find(cast, case=cast.case_b)])
    assert log_many(actor=cast.investigator, records=[]) == []


@pytest.mark.django_db(transaction=True)
def test_eight_people_logging_at_once_get_eight_numbers() -> None:
    cast = make_cast()

    def one(_turn: int) -> str:
        try:
            return log(cast).number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crew:
        numbers = sorted(crew.map(one, range(8)))
    assert numbers == [f"KHJ01-{serial:04d}" for serial in range(2, 10)]
    chain = LedgerEntry.objects.filter(chain=cast.case_a.pk).values_list("seq", flat=True)
    assert list(chain) == list(range(1, len(chain) + 1))


@pytest.mark.django_db(transaction=True)
def test_a_find_does_not_slip_into_a_case_that_is_being_closed() -> None:
    """Whichever comes first wins; they neither wait for one another for ever nor both succeed in the wrong order."""
    from cases.refusals import Refusal
    from cases.services.case import apply_transition, propose_closure

    cast = make_cast()
    for turn in range(6):
        with change(INSTALLER, "tests.case.made"):
            case = make_case(f"C-{turn}", cast.agency)
            site = make_site(case, "C")
        for person in (cast.prosecutor, cast.second_prosecutor, cast.investigator):
            from cases import access
            from cases.models import Membership

            with change(INSTALLER, "tests.membership.made"):
                role = "investigator" if person is cast.investigator else "prosecutor"
                Membership.objects.create(case=case, user=person, role=role, from_on=SINCE)
            access.forget_standing(person)
        propose_closure(actor=cast.prosecutor, case=case, reason="done")

        def close(case: Any = case) -> str:
            try:
                apply_transition(actor=cast.second_prosecutor, case=case, name="close", reason="done")
            except Refusal as refusal:
                return refusal.code
            finally:
                connection.close()
            return "closed"

        def dig(case: Any = case, site: Any = site) -> str:
            try:
                log_find(actor=cast.investigator, record=Find(case=case, site=site, category="bone"))
            except Refusal as refusal:
                return refusal.code
            finally:
                connection.close()
            return "logged"

        with ThreadPoolExecutor(2) as crew:
            closing, digging = crew.submit(close), crew.submit(dig)
            assert closing.result(20) == "closed"
            outcome = digging.result(20)
        entries = list(
            LedgerEntry.objects.filter(chain=case.pk).order_by("seq").values_list("action", flat=True)
        )
        if outcome == "logged":
            assert entries.index("remains.find.logged") < entries.index("cases.case.close")
        else:
            assert outcome == "case.closed"
