"""Splitting, merging and moving finds on their pages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cases.ledger.context import change
from cases.models import Context
from remains.models import Find, Lineage, Specimen
from remains.services.find import add_alias, log_find
from tests.actors import INSTALLER, Cast, make_site
from tests.remains.specimens import log
from tests.signed_in import signed_in


def page_of(find: Find, name: str) -> str:
    return reverse(f"admin:remains_find_{name}", args=[find.pk])


@pytest.fixture
def other(cast: Cast) -> Find:
    """A second find of the same site, in the state of the first."""
    return log_find(
        actor=cast.investigator,
        record=Find(case=cast.case_a, site=cast.site_a, category="bone"),
        status="located",
    )


def test_the_split_page_shows_the_numbers_to_come(cast: Cast) -> None:
    page = signed_in(cast.investigator).get(page_of(cast.find_a, "split")).content.decode()
    assert "KHJ01-0002" in page


def test_one_more_part_keeps_what_was_typed(cast: Cast) -> None:
    typed = {"parts": "1", "more": "", "reason": "two people", "part1-category": "bone"}
    answer = signed_in(cast.investigator).post(page_of(cast.find_a, "split"), typed)
    assert len(answer.context["parts"]) == 2
    assert answer.context["form"]["reason"].value() == "two people"
    assert answer.context["parts"][0][1]["category"].value() == "bone"
    assert not Lineage.objects.exists()


def test_a_find_is_split_with_a_reason(cast: Cast) -> None:
    client = signed_in(cast.investigator)
    typed = {"parts": "2", "reason": "two people", "part1-category": "bone", "part2-category": "tissue"}
    answer = client.post(page_of(cast.find_a, "split"), typed, follow=True)
    page = answer.content.decode()
    assert "KHJ01-0002" in page
    assert "KHJ01-0003" in page
    part = Find.objects.get(number="KHJ01-0003")
    back = client.get(page_of(part, "change")).content.decode()
    assert page_of(cast.find_a, "change") in back
    assert "two people" in back


def test_specimens_go_along_as_chosen_and_the_choice_is_kept_while_parts_are_added(cast: Cast) -> None:
    femur, skull, tibia = log(
        cast.anthropologist, cast.find_a, ("femur", "left"), ("cranium", "axial"), ("tibia", "left")
    )
    client = signed_in(cast.anthropologist)
    typed = {"parts": "1", "reason": "two people", "part1-category": "bone", f"goes-{femur.pk}": "1"}
    answer = client.post(page_of(cast.find_a, "split"), {**typed, "more": ""})
    assert dict(answer.context["bones"]) == {femur: 1, skull: 0, tibia: 0}
    typed |= {"parts": "2", "part2-category": "bone", f"goes-{tibia.pk}": "2", f"goes-{skull.pk}": "9"}
    assert client.post(page_of(cast.find_a, "split"), typed).status_code == 302
    placed = {row.pk: row.find.number for row in Specimen.objects.select_related("find")}
    assert placed == {femur.pk: "KHJ01-0002", skull.pk: "KHJ01-0001", tibia.pk: "KHJ01-0003"}


def test_who_may_not_change_specimens_is_not_asked_where_they_go(cast: Cast) -> None:
    [femur] = log(cast.anthropologist, cast.find_a, ("femur", "left"))
    client = signed_in(cast.investigator)
    assert client.get(page_of(cast.find_a, "split")).context["bones"] == []
    typed = {"parts": "1", "reason": "two people", "part1-category": "bone", f"goes-{femur.pk}": "1"}
    assert client.post(page_of(cast.find_a, "split"), typed).status_code == 302
    femur.refresh_from_db()
    assert femur.find == cast.find_a


def test_a_merge_says_how_many_specimens_go_along(cast: Cast, other: Find) -> None:
    log(cast.anthropologist, cast.find_a, ("femur", "left"), ("cranium", "axial"))
    typed = {"numbers": other.number, "into": "new", "category": "body", "reason": "one person"}
    shown = signed_in(cast.investigator).post(page_of(cast.find_a, "merge"), typed).content.decode()
    assert "2 specimens go along" in shown


def test_a_split_without_reason_or_category_is_refused(cast: Cast) -> None:
    answer = signed_in(cast.investigator).post(
        page_of(cast.find_a, "split"), {"parts": "1", "reason": "", "part1-category": ""}
    )
    assert answer.status_code == 422
    assert not Lineage.objects.exists()


def test_a_merge_is_shown_before_it_is_written(cast: Cast, other: Find) -> None:
    client = signed_in(cast.investigator)
    typed = {"numbers": other.number, "into": "new", "category": "body", "reason": "one person"}
    answer = client.post(page_of(cast.find_a, "merge"), typed)
    assert answer.context["others"] == [other]
    assert not Lineage.objects.exists()
    client.post(page_of(cast.find_a, "merge"), {**typed, "shown": answer.context["shown"]})
    merged = Find.objects.get(number="KHJ01-0003")
    assert {line.parent.number for line in Lineage.objects.filter(child=merged)} == {
        "KHJ01-0001",
        "KHJ01-0002",
    }


def test_a_find_is_merged_into_this_one_by_another_label(cast: Cast, other: Find) -> None:
    add_alias(actor=cast.investigator, find=other, label="BAG-17", origin="bag")
    client = signed_in(cast.investigator)
    typed = {"numbers": "bag-17", "into": "this", "reason": "one person"}
    shown = client.post(page_of(cast.find_a, "merge"), typed).context["shown"]
    client.post(page_of(cast.find_a, "merge"), {**typed, "shown": shown})
    assert Lineage.objects.get().child == cast.find_a
    page = client.get(page_of(other, "change")).content.decode()
    assert "was merged into KHJ01-0001" in page
    assert page_of(other, "split") not in page


@pytest.mark.parametrize("numbers", ["KHJ01-0001", "BBB01-0001", "KHJ01-9999", "' OR 1=1"])
def test_what_is_no_other_find_of_the_case_is_not_merged(cast: Cast, numbers: str) -> None:
    typed = {"numbers": numbers, "into": "this", "reason": "one person", "shown": "this"}
    answer = signed_in(cast.investigator).post(page_of(cast.find_a, "merge"), typed)
    assert answer.status_code == 422
    assert "is no other find of this case" in answer.content.decode()
    assert not Lineage.objects.exists()


def test_a_merge_is_shown_again_when_the_finds_are_others(cast: Cast, other: Find) -> None:
    typed = {"numbers": other.number, "into": "this", "reason": "one person", "shown": "this something"}
    answer = signed_in(cast.investigator).post(page_of(cast.find_a, "merge"), typed)
    assert answer.status_code == 200
    assert not Lineage.objects.exists()


def test_a_find_is_moved_to_another_site_and_keeps_its_number(cast: Cast) -> None:
    with change(INSTALLER, "tests.site.made"):
        site = make_site(cast.case_a, "KHJ02")
    answer = signed_in(cast.investigator).post(
        page_of(cast.find_a, "move"), {"site": str(site.pk), "reason": "written down wrongly"}
    )
    assert answer.status_code == 302
    find = Find.objects.get(pk=cast.find_a.pk)
    assert (find.site, find.number) == (site, "KHJ01-0001")


def test_a_find_is_moved_to_another_context(cast: Cast) -> None:
    with change(INSTALLER, "tests.context.made"):
        context = Context.objects.create(case=cast.case_a, site=cast.site_a, number="7", kind="fill")
    signed_in(cast.investigator).post(
        page_of(cast.find_a, "move"),
        {"site": str(cast.site_a.pk), "context": str(context.pk), "reason": "found below the fill"},
    )
    assert Find.objects.get(pk=cast.find_a.pk).context == context


def test_a_move_to_another_case_is_refused(cast: Cast) -> None:
    answer = signed_in(cast.investigator).post(
        page_of(cast.find_a, "move"), {"site": str(cast.site_b.pk), "reason": "x"}
    )
    assert answer.status_code == 422
    assert "BBB01" not in answer.content.decode()


@pytest.mark.parametrize("name", ["split", "merge", "move"])
def test_a_prosecutor_sees_the_find_and_may_not_divide_it(cast: Cast, name: str) -> None:
    client = signed_in(cast.prosecutor)
    assert client.get(page_of(cast.find_a, name)).status_code == 403
    assert page_of(cast.find_a, name) not in client.get(page_of(cast.find_a, "change")).content.decode()
