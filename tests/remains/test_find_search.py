"""The search and the order of the list of finds, with bounds that a small case meets too."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cases.ledger.context import change
from cases.models import Membership
from tests.actors import INSTALLER, SINCE, Cast, make_find
from tests.signed_in import signed_in

DESCRIPTIONS = ("left femur, cut through", "left humerus", "skull with hat", "Knochen d'Artagnan's", "")


@pytest.fixture
def logged(cast: Cast) -> Cast:
    with change(INSTALLER, "tests.finds.made"):
        for serial, description in enumerate(DESCRIPTIONS, start=2):
            make_find(cast.site_a, serial, description=description, category="body")
    return cast


def found(cast: Cast, **query: str) -> list[str]:
    """Return the ends of the numbers that a list shows; column 0 is the box that chooses a row."""
    answer = signed_in(cast.investigator).get(reverse("admin:remains_find_changelist"), query)
    assert answer.status_code == 200
    return [row.number[-4:] for row in answer.context["cl"].result_list]


@pytest.mark.parametrize(
    ("term", "numbers"),
    [
        ("left", ["0003", "0002"]),
        ("LEF", ["0003", "0002"]),
        ("left fem", ["0002"]),
        ("cut left", ["0002"]),
        ("left 3", ["0003"]),
        ("khj01-", ["0006", "0005", "0004", "0003", "0002", "0001"]),
        ("khj01-0004 hat", ["0004"]),
        ("d'Art", ["0005"]),
        ("left nowhere", []),
        ("' | left", []),
        ("\\", []),
        ("!", []),
    ],
)
@pytest.mark.parametrize("bound", [1_000, 1])
def test_every_word_fits(
    logged: Cast, monkeypatch: pytest.MonkeyPatch, term: str, numbers: list[str], bound: int
) -> None:
    monkeypatch.setattr("cases.indexed_search.MATCHES", bound)
    shown = found(logged, q=term)
    assert [number for number in numbers if number in shown] == shown
    assert len(shown) >= min(bound, len(numbers))


def test_what_is_searched_leaves_the_connection_as_it_was(logged: Cast) -> None:
    from django.db import connection

    found(logged, q="left")
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_seqscan")
        assert cursor.fetchone() == ("on",)


def test_one_column_orders_and_rows_alike_in_it_follow_in_its_direction(logged: Cast) -> None:
    assert found(logged, o="2") == ["0002", "0003", "0004", "0005", "0006", "0001"]
    assert found(logged, o="-2.1") == ["0001", "0006", "0005", "0004", "0003", "0002"]


def test_finds_of_many_cases_are_ordered_once_a_case_is_chosen(
    logged: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with change(INSTALLER, "tests.member.added"):
        Membership.objects.create(
            case=logged.case_b, user=logged.investigator, role="investigator", from_on=SINCE
        )
    assert found(logged, o="1")[-1] == "0006"
    monkeypatch.setattr("remains.admin.find.SORTED_OVER_CASES", 1)
    assert found(logged, o="1") == found(logged)
    assert found(logged, o="1", case__id__exact=str(logged.case_a.pk))[-1] == "0006"
