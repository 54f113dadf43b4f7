"""Estimates, stated minimums and condition notes: intervals, sources, succession."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from cases.ledger.context import change as named
from remains.models import ConditionNote, Estimate, StatedGroup, StatedMinimum
from remains.services import condition, minimum
from remains.services.estimate import change, record_estimate, supersede_estimate
from tests.actors import INSTALLER, SINCE, Cast
from tests.refused import database_refuses, refused, run

TOMORROW = dt.date.today() + dt.timedelta(days=1)  # noqa: DTZ011
AGE = {"kind": "age", "age_min_years": Decimal(4), "age_max_years": Decimal(5)}


def estimate(cast: Cast, **fields: Any) -> Estimate:
    values = {
        "case": cast.case_a,
        "find": cast.find_a,
        "certainty": "presumed",
        "method": "dental development",
        "basis": "first molar, crown complete",
        "observer": "Anthropologist",
        **AGE,
    }
    return Estimate(**(values | fields))


def recorded(cast: Cast, **fields: Any) -> Estimate:
    return record_estimate(actor=cast.anthropologist, record=estimate(cast, **fields))


def test_each_kind_of_estimate_is_recorded(cast: Cast) -> None:
    nothing = {"age_min_years": None, "age_max_years": None}
    recorded(cast)
    recorded(cast, kind="age", age_min_years=None)
    recorded(cast, kind="sex", sex="undetermined", **nothing)
    burial = recorded(cast, kind="burial", burial_edtf="../1999", find=None, site=cast.site_a, **nothing)
    burial.refresh_from_db()
    assert (burial.burial_earliest_on, burial.burial_latest_on) == (None, dt.date(1999, 12, 31))


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"find": None}, "estimate.one_subject", "remains_estimate_one_subject"),
    (
        {"age_min_years": None, "age_max_years": None},
        "estimate.value_of_its_kind",
        "remains_estimate_value_of_its_kind",
    ),
    ({"sex": "female"}, "estimate.value_of_its_kind", "remains_estimate_value_of_its_kind"),
    ({"kind": "sex"}, "estimate.value_of_its_kind", "remains_estimate_value_of_its_kind"),
    ({"burial_edtf": "1992"}, "estimate.value_of_its_kind", "remains_estimate_value_of_its_kind"),
    ({"age_max_years": Decimal(3)}, "estimate.age_interval", "remains_estimate_age_interval"),
    ({"age_max_years": Decimal(200)}, "estimate.age_human", "remains_estimate_age_human"),
]


@pytest.mark.parametrize(("fields", "code", "rule"), REFUSED)
def test_an_impossible_estimate_is_refused(cast: Cast, fields: dict[str, Any], code: str, rule: str) -> None:
    with refused(code):
        recorded(cast, **fields)
    with database_refuses(rule):
        estimate(cast, **fields).save()


@pytest.mark.parametrize("field", ["kind", "certainty", "method", "basis", "observer"])
def test_nothing_of_an_estimate_is_assumed(cast: Cast, field: str) -> None:
    with refused("record.invalid", field):
        recorded(cast, **{field: ""})


def test_an_unknown_sex_is_not_a_finding(cast: Cast) -> None:
    assert Estimate._meta.get_field("sex").default is not None
    assert not Estimate._meta.get_field("sex").has_default()
    with database_refuses("remains_estimate_value_of_its_kind"):
        estimate(cast, kind="sex", sex=None, age_min_years=None, age_max_years=None).save()


def test_who_does_not_examine_records_no_estimate(cast: Cast) -> None:
    for name in ("custodian", "prosecutor", "supervisor", "auditor", "liaison"):
        with refused("access.forbidden"):
            record_estimate(actor=cast.people[name], record=estimate(cast))


def test_an_estimate_is_never_edited(cast: Cast) -> None:
    made = recorded(cast)
    made.age_max_years = Decimal(6)
    with refused("estimate.never_edited"):
        change(actor=cast.anthropologist, record=made, version=1)
    for column in ("age_max_years = 6", "method = 'other'", "find_id = NULL", "certainty = 'determined'"):
        with pytest.raises(ProgrammingError), transaction.atomic(), named(INSTALLER, "tests.rule.attacked"):
            run(f"UPDATE remains_estimate SET {column}")


def test_a_later_estimate_stands_in_the_place_of_an_earlier_one(cast: Cast) -> None:
    old = recorded(cast)
    new = supersede_estimate(
        actor=cast.anthropologist,
        estimate=old,
        record=estimate(cast, age_max_years=Decimal(6)),
        reason="root length measured",
    )
    assert Estimate.objects.get(pk=old.pk).superseded_by == new
    with refused("estimate.superseded"):
        supersede_estimate(actor=cast.anthropologist, estimate=old, record=estimate(cast), reason="again")
    with database_refuses("remains_estimate_superseded_once"):
        run("UPDATE remains_estimate SET superseded_by_id = NULL WHERE id = %s", old.pk)


def test_an_estimate_is_superseded_by_an_answer_to_the_same_question(cast: Cast) -> None:
    old = recorded(cast)
    other: dict[str, Any] = {"kind": "sex", "sex": "female", "age_min_years": None, "age_max_years": None}
    with refused("estimate.other_question"):
        supersede_estimate(
            actor=cast.anthropologist, estimate=old, record=estimate(cast, **other), reason="x"
        )
    assert Estimate.objects.count() == 1
    sex = recorded(cast, **other)
    with database_refuses("remains_estimate_other_question"):
        run("UPDATE remains_estimate SET superseded_by_id = %s WHERE id = %s", sex.pk, old.pk)


def test_estimates_do_not_supersede_one_another_in_a_circle(cast: Cast) -> None:
    old = recorded(cast)
    new = supersede_estimate(
        actor=cast.anthropologist, estimate=old, record=estimate(cast), reason="seen again"
    )
    with refused("estimate.circle"):
        supersede_estimate(actor=cast.anthropologist, estimate=new, record=old, reason="no, the first")
    with database_refuses("remains_estimate_circle"):
        run("UPDATE remains_estimate SET superseded_by_id = %s WHERE id = %s", old.pk, new.pk)
    with database_refuses("remains_estimate_not_by_itself"):
        run("UPDATE remains_estimate SET superseded_by_id = id WHERE id = %s", new.pk)


def test_superseding_takes_a_reason_and_the_right(cast: Cast) -> None:
    old = recorded(cast)
    with refused("record.reason_required"):
        supersede_estimate(actor=cast.anthropologist, estimate=old, record=estimate(cast), reason="")
    with refused("access.forbidden"):
        supersede_estimate(actor=cast.prosecutor, estimate=old, record=estimate(cast), reason="x")
    with refused("access.not_found"):
        supersede_estimate(actor=cast.outsider, estimate=old, record=estimate(cast), reason="x")


def stated(cast: Cast, **fields: Any) -> StatedMinimum:
    values = {
        "case": cast.case_a,
        "site": cast.site_a,
        "minimum": 4,
        "source": "the prosecution",
        "stated_on": SINCE,
    }
    return minimum.create(actor=cast.investigator, record=StatedMinimum(**(values | fields)))


def group(of: StatedMinimum, **fields: Any) -> StatedGroup:
    return StatedGroup(
        **{"case": of.case, "stated_minimum": of, "number": 1, "certainty": "presumed", **fields}
    )


def test_at_least_four_one_of_them_presumably_four_to_five_years_old(cast: Cast) -> None:
    four = stated(cast)
    child = minimum.create_group(
        actor=cast.investigator, record=group(four, age_min_years=Decimal(4), age_max_years=Decimal(5))
    )
    assert (str(four), child.number) == ("at least 4", 1)


def test_a_group_is_some_of_the_people_of_its_minimum(cast: Cast) -> None:
    four = stated(cast)
    with refused("minimum.group_too_large", "number"):
        minimum.create_group(actor=cast.investigator, record=group(four, number=5))
    with database_refuses("remains_statedgroup_within_minimum"):
        group(four, number=5).save()
    minimum.create_group(actor=cast.investigator, record=group(four, number=3))
    minimum.create_group(actor=cast.investigator, record=group(four, number=3, sex="female"))
    four.minimum = 2
    with refused("minimum.group_too_large", "minimum"):
        minimum.change(actor=cast.investigator, record=four, version=1)
    with database_refuses("remains_statedgroup_within_minimum"):
        run("UPDATE remains_statedminimum SET minimum = 2")


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"minimum": 0}, "record.invalid", "minimum"),
        ({"source": ""}, "record.invalid", "source"),
        ({"stated_on": TOMORROW}, "record.day_in_future", "stated_on"),
    ],
)
def test_a_minimum_is_a_claim_with_a_name_and_a_day(
    cast: Cast, fields: dict[str, Any], code: str, field: str
) -> None:
    with refused(code, field):
        stated(cast, **fields)


@pytest.mark.parametrize(
    ("column", "rule"),
    [
        ("number = 0", "remains_statedgroup_positive"),
        ("age_min_years = 9, age_max_years = 8", "remains_statedgroup_age_interval"),
        ("age_max_years = 300", "remains_statedgroup_age_human"),
        ("sex = 'x'", "remains_statedgroup_sex_known"),
        ("certainty = 'sure'", "remains_statedgroup_certainty_known"),
    ],
)
def test_no_statement_makes_an_impossible_group(cast: Cast, column: str, rule: str) -> None:
    minimum.create_group(actor=cast.investigator, record=group(stated(cast)))
    with database_refuses(rule):
        run(f"UPDATE remains_statedgroup SET {column}")


def test_a_minimum_is_positive_and_sourced_in_the_database(cast: Cast) -> None:
    stated(cast)
    for column in ("minimum = 0", "source = ''"):
        rule = "positive" if "minimum" in column else "sourced"
        with database_refuses(f"remains_statedminimum_{rule}"):
            run(f"UPDATE remains_statedminimum SET {column}")


def test_a_condition_is_noted_by_who_saw_it(cast: Cast) -> None:
    values = {"case": cast.case_a, "find": cast.find_a, "kind_id": "condition.staining", "note": "green"}
    note = condition.create(actor=cast.anthropologist, record=ConditionNote(**values, observer="A. N."))
    note.note = "green, from copper"
    assert condition.change(actor=cast.anthropologist, record=note, version=1).version == 2
    with refused("record.invalid", "observer"):
        condition.create(actor=cast.anthropologist, record=ConditionNote(**values))
    with refused("record.day_in_future", "observed_on"):
        condition.create(
            actor=cast.anthropologist, record=ConditionNote(**values, observer="x", observed_on=TOMORROW)
        )
