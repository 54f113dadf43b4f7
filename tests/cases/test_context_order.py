"""The order of contexts: no circle, told as a whole; by the service and by the database alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cases.ledger.context import change
from cases.models import Context, ContextRelation
from cases.refusals import Invalid
from cases.services.context import relate, withdraw_relation
from cases.services.record import create_record
from tests.actors import INSTALLER, Cast, make_site
from tests.refused import database_refuses, refused, run

Dig = Callable[[int], Context]


@pytest.fixture
def dig(cast: Cast) -> Dig:
    """Contexts of site A by their numbers, made when they are first named."""
    made: dict[int, Context] = {}

    def context(number: int) -> Context:
        if number not in made:
            made[number] = create_record(
                actor=cast.investigator,
                record=Context(case=cast.case_a, site=cast.site_a, number=str(number), kind="fill"),
            )
        return made[number]

    return context


def say(cast: Cast, dig: Dig, *relations: tuple[int, str, int]) -> None:
    for upper, kind, lower in relations:
        relate(actor=cast.investigator, upper=dig(upper), kind=kind, lower=dig(lower))


def written(cast: Cast, dig: Dig, upper: int, kind: str, lower: int) -> None:
    ContextRelation.objects.create(case=cast.case_a, upper=dig(upper), kind=kind, lower=dig(lower))


def test_below_is_above_read_from_the_other_end(cast: Cast, dig: Dig) -> None:
    relation = relate(actor=cast.anthropologist, upper=dig(2), kind="below", lower=dig(1))
    assert (relation.upper.number, relation.kind, relation.lower.number) == ("1", "above", "2")


CIRCLES: list[tuple[list[tuple[int, str, int]], tuple[int, str, int], str]] = [
    (
        [(103, "above", 104), (104, "above", 107)],
        (107, "above", 103),
        "(107) above (103), (103) above (104), (104) above (107)",
    ),
    ([(1, "above", 2)], (2, "above", 1), "(2) above (1), (1) above (2)"),
    ([(1, "above", 2)], (2, "equal", 1), "(2) equal to (1), (1) above (2)"),
    ([(1, "above", 2), (2, "equal", 3)], (3, "above", 1), "(3) above (1), (1) above (2), (2) equal to (3)"),
    (
        [(1, "equal", 2), (2, "equal", 3)],
        (3, "above", 1),
        "(3) above (1), (1) equal to (2), (2) equal to (3)",
    ),
    (
        [(1, "above", 2), (3, "above", 4), (2, "equal", 3)],
        (4, "equal", 1),
        "(4) equal to (1), (1) above (2), (2) equal to (3), (3) above (4)",
    ),
]


@pytest.mark.parametrize(("present", "last", "words"), CIRCLES)
def test_a_circle_is_refused_and_named_as_a_whole(
    cast: Cast, dig: Dig, present: list[tuple[int, str, int]], last: tuple[int, str, int], words: str
) -> None:
    say(cast, dig, *present)
    with pytest.raises(Invalid) as caught:
        say(cast, dig, last)
    assert caught.value.code == "context.circle"
    assert caught.value.value == words


@pytest.mark.parametrize(("present", "last", "words"), CIRCLES)
def test_the_database_alone_refuses_a_circle(
    cast: Cast, dig: Dig, present: list[tuple[int, str, int]], last: tuple[int, str, int], words: str
) -> None:
    say(cast, dig, *present)
    for number in (last[0], last[2]):
        dig(number)
    with database_refuses("cases_contextrelation_circle"):
        written(cast, dig, *last)


def test_the_database_refuses_a_circle_in_one_statement_or_by_update(cast: Cast, dig: Dig) -> None:
    with database_refuses("cases_contextrelation_circle"):
        ContextRelation.objects.bulk_create(
            ContextRelation(case=cast.case_a, upper=dig(a), kind="above", lower=dig(b))
            for a, b in ((1, 2), (2, 3), (3, 1))
        )
    say(cast, dig, (11, "above", 12), (13, "above", 12))
    with database_refuses("cases_contextrelation_circle"):
        run(
            "UPDATE cases_contextrelation SET upper_id = %s, lower_id = %s WHERE upper_id = %s",
            dig(12).pk,
            dig(11).pk,
            dig(13).pk,
        )


def test_what_is_no_circle_is_recorded(cast: Cast, dig: Dig) -> None:
    say(
        cast,
        dig,
        (1, "above", 2),
        (1, "above", 3),
        (2, "above", 4),
        (3, "above", 4),
        (1, "above", 4),
        (2, "equal", 3),
        (5, "equal", 6),
        (6, "equal", 7),
        (7, "equal", 5),
    )
    assert ContextRelation.objects.count() == 9


def test_a_relation_withdrawn_closes_no_circle(cast: Cast, dig: Dig) -> None:
    wrong = relate(actor=cast.investigator, upper=dig(1), kind="above", lower=dig(2))
    withdraw_relation(actor=cast.investigator, relation=wrong, reason="misread section")
    say(cast, dig, (2, "above", 1))


def test_the_same_is_said_once(cast: Cast, dig: Dig) -> None:
    say(cast, dig, (1, "above", 2), (3, "equal", 4))
    with refused("context.related_already", "lower"):
        say(cast, dig, (2, "below", 1))
    with refused("context.related_already", "lower"):
        say(cast, dig, (4, "equal", 3))
    with database_refuses("cases_contextrelation_once"):
        written(cast, dig, 1, "above", 2)


def test_a_context_is_not_related_to_itself(cast: Cast, dig: Dig) -> None:
    with refused("context.itself", "lower"):
        say(cast, dig, (1, "above", 1))
    with database_refuses("cases_contextrelation_two"):
        written(cast, dig, 1, "above", 1)


def test_an_unknown_relation_is_refused(cast: Cast, dig: Dig) -> None:
    with refused("context.unknown_relation", "kind"):
        say(cast, dig, (1, "beside", 2))


@pytest.fixture
def elsewhere(cast: Cast) -> Any:
    """A context of another site of the same case."""
    with change(INSTALLER, "tests.context.made"):
        site = make_site(cast.case_a, "KHJ02")
        return Context.objects.create(case=cast.case_a, site=site, number="1", kind="cut")


def test_a_relation_joins_contexts_of_one_site(cast: Cast, dig: Dig, elsewhere: Context) -> None:
    with refused("context.two_sites", "lower"):
        relate(actor=cast.investigator, upper=dig(1), kind="above", lower=elsewhere)
    with database_refuses("cases_contextrelation_one_site"):
        ContextRelation.objects.create(case=cast.case_a, upper=dig(1), kind="above", lower=elsewhere)


def test_a_context_stays_at_its_site(cast: Cast, elsewhere: Context) -> None:
    with database_refuses("cases_context_site_fixed"):
        run("UPDATE cases_context SET site_id = %s WHERE id = %s", cast.site_a.pk, elsewhere.pk)


def test_a_number_is_used_once_at_a_site(cast: Cast, dig: Dig) -> None:
    dig(1)
    with refused("context.number_taken", "number"):
        create_record(
            actor=cast.investigator,
            record=Context(case=cast.case_a, site=cast.site_a, number="1", kind="cut"),
        )


def test_a_circle_does_not_tell_of_contexts_out_of_sight(cast: Cast, dig: Dig) -> None:
    with change(INSTALLER, "tests.context.made"):
        hidden = Context.objects.create(
            case=cast.case_a, site=cast.site_a, number="SECRET", kind="fill", handling="humanitarian"
        )
        for upper, lower in ((dig(1), hidden), (hidden, dig(2))):
            ContextRelation.objects.create(
                case=cast.case_a, upper=upper, kind="above", lower=lower, handling="humanitarian"
            )
    with pytest.raises(Invalid) as caught:
        say(cast, dig, (2, "above", 1))
    assert "SECRET" not in str(caught.value.as_problem())
