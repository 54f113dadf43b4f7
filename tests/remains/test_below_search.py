"""The lists below finds are searched by beginnings of numbers and words, from indexes, and by no more than is seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import reverse

from cases.ledger.context import change
from remains.admin.below_search import SearchedBelow
from remains.below_search import SearchBelow
from remains.models import FindAlias, Individual, Injury, Measurement, Specimen
from tests.actors import INSTALLER, Cast, make_find
from tests.remains.bones import hurt, noted
from tests.remains.counted import between, individual, set_on, sexed
from tests.remains.specimens import log, reading
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db

#: Of each list: what is typed, and how many are found of a bone with all that hangs on it, and of another.
SEARCHES = [
    ("specimen", "khj01-0001.001", 1),
    ("specimen", "1.1", 1),
    ("specimen", "khj01", 2),
    ("specimen", "fem", 1),
    ("specimen", "femur green", 1),
    ("specimen", "een", 0),
    ("specimen", '"BAG 1"', 1),
    ("specimen", "nothing", 0),
    ("injury", "khj01-0001", 1),
    ("injury", "edg", 1),
    ("injury", "shaft n.", 1),
    ("injury", "dges", 0),
    ("conditionnote", "roots", 1),
    ("conditionnote", "bag", 1),
    ("conditionnote", "1.1 all", 1),
    ("estimate", "pelv", 1),
    ("estimate", "KHJ01-0001.001 seen", 1),
    ("association", "khj01-0002", 1),
    ("association", "A.", 1),
    ("individual", "I-001", 1),
    ("individual", "i-1 tall", 1),
    ("individual", "7", 0),
    ("individualpart", "I-1 articul", 1),
    ("measurement", "greatest 1.1", 1),
    ("findalias", "bag 1", 1),
    ("findalias", "1", 1),
]


@pytest.fixture
def recorded(cast: Cast) -> Cast:
    """A femur with one record of every kind, and a tibia of another find."""
    with change(INSTALLER, "tests.find.made"):
        other = make_find(cast.site_a, 2)
        FindAlias.objects.create(case=cast.case_a, find=cast.find_a, label="BAG 1", origin="bag")
    [femur] = log(cast.anthropologist, cast.find_a, ("femur", "left"), notes="Green stain")
    [tibia] = log(cast.anthropologist, other, ("tibia", "left"))
    hurt(femur)
    noted(femur)
    sexed(femur, "female", basis="pelvis too")
    between(femur, tibia, "articulation")
    set_on(individual(femur, number="A-1/I-001"), description="tall")
    with change(INSTALLER, "tests.measurement.made"):
        made: Measurement = reading(femur, "450")
        made.value_mm = made.value
        made.save()
    return cast


def found(cast: Cast, stem: str, term: str, who: str = "anthropologist") -> int:
    url = reverse(f"admin:remains_{stem}_changelist")
    answer = signed_in(cast.people[who]).get(url, {"q": term})
    assert answer.status_code == 200
    return len(answer.context["cl"].result_list)


def test_every_list_is_searched_by_beginnings(recorded: Cast) -> None:
    assert [(stem, term, found(recorded, stem, term)) for stem, term, _number in SEARCHES] == SEARCHES


@pytest.mark.parametrize("term", ["'", "\\", '"', "' | a", "!", "a:*", "(", "[a"])
def test_signs_of_the_search_itself_break_nothing(recorded: Cast, term: str) -> None:
    for stem in ("specimen", "injury", "estimate", "measurement"):
        assert found(recorded, stem, term) >= 0


def test_what_is_not_seen_is_not_searched_in(recorded: Cast) -> None:
    assert found(recorded, "injury", "khj01", "outsider") == 0
    with change(INSTALLER, "tests.label.made"):
        FindAlias.objects.create(
            case=recorded.case_a, find=recorded.find_a, label="TIP-7", origin="x", handling="investigation"
        )
    assert found(recorded, "specimen", "TIP-7") == 1
    assert found(recorded, "specimen", "TIP-7", "liaison") == 0


def test_each_condition_of_a_search_is_served_by_an_index(recorded: Cast) -> None:
    searched = {
        model: page for model, page in admin.site._registry.items() if isinstance(page, SearchedBelow)
    }
    assert {Specimen, Injury, Individual, Measurement} < set(searched)
    for model, page in searched.items():
        search = SearchBelow(model, tuple(page.search_fields), page.search_words)
        for word in ("fem", "12", "I-2", "1.2"):
            for condition in search.conditions_of(recorded.anthropologist, word, search.fields):
                rows: Any = model._base_manager.filter(case=recorded.case_a).filter(condition)
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL enable_seqscan = off")
                    cursor.execute("SET LOCAL enable_indexscan = off")
                assert "Seq Scan on remains" not in rows.order_by().values("pk").explain(), (model, condition)
