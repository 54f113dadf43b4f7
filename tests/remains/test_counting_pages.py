"""The page that counts, what leads to it, and the history of the number on a site's page."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cases.ledger.context import change
from remains.admin.counting import _how_often
from remains.models import Assessment, StatedMinimum
from remains.services.assessment import draft, sign
from tests.actors import INSTALLER, SINCE, Cast, make_find, make_site
from tests.remains.bones import bone
from tests.remains.counted import aged, between, link, second_anthropologist
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db


def page(cast: Cast, who: str = "anthropologist", kind: str = "site", record: Any = None) -> Any:
    record = record or (cast.site_a if kind == "site" else cast.find_a)
    return signed_in(cast.people[who]).get(reverse(f"admin:remains_{kind}_count", args=[record.pk]))


def femora(cast: Cast, many: int = 3) -> list[Any]:
    return [bone(cast.find_a, "femur", "left", 6) for _each in range(many)]


def assessed(cast: Cast) -> Assessment:
    record = Assessment(case=cast.case_a, site=cast.site_a, reasoning="By their femora.")
    made = draft(actor=cast.anthropologist, record=record, reading="presumed")
    return sign(actor=second_anthropologist(cast), assessment=made)


def test_page_says_the_number_and_names_the_specimens_that_prove_it(cast: Cast) -> None:
    keys = [each.number for each in femora(cast)]
    for kind in ("site", "find"):
        said = page(cast, kind=kind).content.decode()
        assert "At least 3 people" in said
        assert "zone 6 (middle shaft (nutrient foramen)) is there 3 times" in said
        assert all(key in said for key in keys)


def test_both_readings_stand_side_by_side_where_they_differ(cast: Cast) -> None:
    aged(femora(cast, 1)[0], 18, None)
    assert len(page(cast).context["counted"]["readings"]) == 1
    aged(bone(cast.find_a, "mandible", "axial", 1), 4, 5, certainty="presumed")
    answer = page(cast)
    assert [reading["count"] for reading in answer.context["counted"]["readings"]] == [1, 2]
    said = answer.content.decode()
    assert "Nobody of group 1 is of group 2" in said
    assert "at least 1 under 18 years (4-5 years)" in said


def test_contradictions_are_shown_with_their_records_and_no_number(cast: Cast) -> None:
    one = femora(cast, 1)[0]
    estimates = [aged(one, 4, 5), aged(one, 18, None)]
    said = page(cast).content.decode()
    assert "Nothing is counted" in said
    assert one.number in said
    assert "At least" not in said
    for estimate in estimates:
        assert reverse("admin:remains_estimate_change", args=[estimate.pk]) in said


def test_estimates_stand_beside_under_their_own_names(cast: Cast) -> None:
    left, right = femora(cast, 2), [bone(cast.find_a, "femur", "right", 6) for _each in range(2)]
    said = page(cast).content.decode()
    assert "there is no LI and no MLNI" in said
    between(left[0], right[0], "pair")
    said = page(cast).content.decode()
    assert "Fewer than 7 pairs" in said


def test_empty_site_has_a_page_without_a_number(cast: Cast) -> None:
    said = page(cast).content.decode()
    assert "No human specimen" in said
    assert "Draft an assessment" not in said


def test_who_may_not_see_everything_is_told_so_whether_or_not_there_is_more(cast: Cast) -> None:
    assert page(cast).context["may_miss"] is True
    assert page(cast, "liaison").context["may_miss"] is True
    assert page(cast, "auditor").context["may_miss"] is False
    bone(cast.find_a, "femur", "left", 6, handling="investigation")
    hidden = page(cast, "liaison").content.decode()
    assert "KHJ01-0001/1" not in hidden
    assert page(cast, "liaison").context["counted"]["specimens"] == 0


@pytest.mark.parametrize(("who", "status"), [("investigator", 200), ("outsider", 404), ("nobody", 404)])
def test_page_is_for_those_who_see_the_case(cast: Cast, who: str, status: int) -> None:
    assert page(cast, who).status_code == status
    assert page(cast, who, kind="find").status_code == status


def test_what_is_no_identifier_is_not_found(cast: Cast) -> None:
    url = reverse("admin:remains_site_count", args=["x"])
    assert signed_in(cast.anthropologist).get(url).status_code == 404


def test_linked_sites_are_named(cast: Cast) -> None:
    with change(INSTALLER, "tests.site.made"):
        other = make_site(cast.case_a, "KHJ02")
        bone(make_find(other), "femur", "left", 6)
    link(cast.site_a, other)
    said = page(cast).content.decode()
    assert "counted together" in said
    assert "KHJ02" in said


def test_page_costs_the_same_for_few_specimens_and_for_many(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    femora(cast, 1)
    client = signed_in(cast.anthropologist)
    url = reverse("admin:remains_site_count", args=[cast.site_a.pk])
    client.get(url)
    with django_assert_max_num_queries(100) as few:
        client.get(url)
    for each in femora(cast, 12):
        aged(each, 18, None)
    bone(cast.find_a, "mandible", "axial", 1)
    with django_assert_max_num_queries(100) as many:
        client.get(url)
    assert len(many) == len(few)


def test_site_shows_what_was_stated_and_then_assessed(cast: Cast) -> None:
    url = reverse("admin:cases_site_change", args=[cast.site_a.pk])
    client = signed_in(cast.investigator)
    assert "Nobody has stated" in client.get(url).content.decode()
    with change(INSTALLER, "tests.minimum.made"):
        StatedMinimum.objects.create(
            case=cast.case_a, site=cast.site_a, minimum=4, source="Office", stated_on=SINCE
        )
    femora(cast, 5)
    made = assessed(cast)
    said = client.get(url).content.decode()
    assert said.count("counting-stated") == 1
    assert said.count("counting-assessed") == 1
    assert reverse("admin:remains_assessment_change", args=[made.pk]) in said
    assert reverse("admin:remains_site_count", args=[cast.site_a.pk]) in said


def test_case_shows_the_signed_number_in_place_of_the_stated_one(cast: Cast) -> None:
    url = reverse("admin:cases_case_change", args=[cast.case_a.pk])
    client = signed_in(cast.investigator)
    with change(INSTALLER, "tests.minimum.made"):
        StatedMinimum.objects.create(
            case=cast.case_a, site=cast.site_a, minimum=4, source="Office", stated_on=SINCE
        )
    femora(cast, 5)
    record = Assessment(case=cast.case_a, site=cast.site_a, reasoning="By their femora.")
    made = draft(actor=cast.anthropologist, record=record, reading="presumed")
    said = client.get(url).content.decode()
    assert "people at KHJ01, as stated" in said
    assert "to be signed by another" in said
    sign(actor=second_anthropologist(cast), assessment=made)
    said = client.get(url).content.decode()
    assert "people at KHJ01, assessed" in said
    assert "people at KHJ01, as stated" not in said
    assert "to be signed by another" not in said


def test_zones_that_follow_each_other_are_told_together() -> None:
    assert _how_often({"1": 1, "2": 1, "10": 1, "3": 1, "4": 2}) == (
        "1-3 x 1, 4 x 2, 10 x 1".replace("x", "\N{MULTIPLICATION SIGN}")
    )
