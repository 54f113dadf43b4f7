"""The pages of associations and individuals: built out of two finds with few clicks, read from both ends."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from cases.ledger.context import change
from remains.models import Association, Estimate, Individual, IndividualPart
from tests.actors import INSTALLER, Cast, make_find
from tests.forms import as_sent
from tests.remains.bones import associate, bone
from tests.signed_in import signed_in


def page(cast: Cast, name: str, *args: Any, who: str = "anthropologist") -> Any:
    return signed_in(cast.people[who]).get(reverse(f"admin:remains_{name}", args=args))


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_an_individual_is_built_across_two_finds_on_one_page(cast: Cast) -> None:
    with change(INSTALLER, "tests.find.made"):
        other = make_find(cast.site_a, 2)
    one, two, three = bone(cast.find_a), bone(other, "femur", "right"), bone(other, "tibia", "left")
    client = signed_in(cast.anthropologist)
    add = reverse("admin:remains_individual_add")
    sent = as_sent(client.get(add), numbers=f"{one.number}\n{other.number}", reason="same DNA")
    answer = client.post(add, sent)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    made = Individual.objects.get()
    assert made.number == "A-1/I-001"
    assert {part.specimen for part in made.parts.all()} == {one, two, three}
    shown = text_of(page(cast, "individual_change", made.pk))
    for word in (one.number, two.number, other.number, "same DNA", "bones-panel"):
        assert word in shown, word


def test_numbers_that_there_are_not_are_told_and_nothing_is_recorded(cast: Cast) -> None:
    client = signed_in(cast.anthropologist)
    add = reverse("admin:remains_individual_add")
    answer = client.post(add, as_sent(client.get(add), numbers="KHJ01-0001/9", reason="x"))
    assert answer.status_code == 200
    assert "KHJ01-0001/9" in text_of(answer)
    assert not Individual.objects.exists()


def individual(cast: Cast, *specimens: Any) -> Individual:
    from remains.services.individual import create_individual

    return create_individual(
        actor=cast.anthropologist, record=Individual(case=cast.case_a), specimens=specimens, reason="why"
    )


def test_specimens_join_and_leave_with_a_reason(cast: Cast) -> None:
    one, two = bone(cast.find_a), bone(cast.find_a, "femur", "right")
    made = individual(cast, one)
    client = signed_in(cast.anthropologist)
    gather = reverse("admin:remains_individual_gather", args=[made.pk])
    assert client.post(gather, {"numbers": two.number, "reason": ""}).status_code == 422
    assert client.post(gather, {"numbers": two.number, "reason": "pair"}).status_code == 302
    part = IndividualPart.objects.get(specimen=two)
    leave = reverse("admin:remains_individualpart_leave", args=[part.pk])
    answer = client.post(leave, {"reason": "measured"}, follow=True)
    assert answer.redirect_chain[-1][0].endswith(reverse("admin:remains_individual_change", args=[made.pk]))
    assert "measured" in text_of(answer)


def test_what_contradicts_is_said_with_the_records(cast: Cast) -> None:
    one, two = bone(cast.find_a, "femur", "left", 6), bone(cast.find_a, "femur", "left", 6)
    made = individual(cast, one)
    gather = reverse("admin:remains_individual_gather", args=[made.pk])
    answer = signed_in(cast.anthropologist).post(gather, {"numbers": two.number, "reason": "x"})
    assert answer.status_code == 422
    assert f"{one.number}, {two.number} cannot be of one person" in text_of(answer)


def test_what_came_to_contradict_later_is_flagged_on_the_page(cast: Cast) -> None:
    one, two = bone(cast.find_a), bone(cast.find_a, "femur", "right")
    made = individual(cast, one, two)
    with change(INSTALLER, "tests.estimate.made"):
        for specimen, sex in ((one, "female"), (two, "male")):
            Estimate.objects.create(
                case=cast.case_a,
                specimen=specimen,
                kind="sex",
                sex=sex,
                certainty="presumed",
                method="m",
                basis="b",
                observer="o",
            )
    assert "What is only presumed contradicts" in text_of(page(cast, "individual_change", made.pk))
    with change(INSTALLER, "tests.estimate.made"):
        for specimen, sex in ((one, "female"), (two, "male")):
            Estimate.objects.create(
                case=cast.case_a,
                specimen=specimen,
                kind="sex",
                sex=sex,
                certainty="determined",
                method="m",
                basis="b",
                observer="o",
            )
    assert "These records contradict one another" in text_of(page(cast, "individual_change", made.pk))


def test_individuals_are_merged_by_their_short_numbers(cast: Cast) -> None:
    first = individual(cast, bone(cast.find_a))
    second = individual(cast, bone(cast.find_a, "femur", "right"))
    merge = reverse("admin:remains_individual_merge", args=[first.pk])
    answer = signed_in(cast.anthropologist).post(merge, {"numbers": "i-002", "reason": "one pair"})
    assert answer.status_code == 302
    second.refresh_from_db()
    assert second.withdrawn_at is not None
    assert IndividualPart.objects.filter(individual=first, left_at=None).count() == 2


def test_an_association_shows_on_both_specimens_pages(cast: Cast) -> None:
    one, two = bone(cast.find_a), bone(cast.find_a, "femur", "right")
    client = signed_in(cast.anthropologist)
    add = f"{reverse('admin:remains_association_add')}?first={two.pk}"
    form = client.get(add)
    sent = as_sent(form, second=str(one.pk), kind="pair", stage="possible", basis="of one size")
    answer = client.post(add, sent)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    made = Association.objects.get()
    assert made.first_id < made.second_id
    for specimen, end in ((one, two), (two, one)):
        shown = text_of(page(cast, "specimen_change", specimen.pk))
        assert end.number in shown
        assert "of one size" in shown
    head = text_of(page(cast, "association_change", made.pk))
    assert "Record the next stage" in head


def test_a_refused_association_keeps_what_was_typed(cast: Cast) -> None:
    one, two = bone(cast.find_a), bone(cast.find_a, "humerus", "right")
    client = signed_in(cast.anthropologist)
    add = reverse("admin:remains_association_add")
    sent = as_sent(
        client.get(add), first=str(one.pk), second=str(two.pk), kind="pair", stage="final", basis="seen"
    )
    answer = client.post(add, sent)
    assert answer.status_code == 200
    assert "A pair is the left and the right of one element." in text_of(answer)
    assert "seen" in text_of(answer)


def test_the_liaison_sees_nothing_of_a_restricted_specimen(cast: Cast) -> None:
    one = bone(cast.find_a, "femur", "left")
    hidden = bone(cast.find_a, "femur", "right", handling="investigation")
    associate(cast, one, hidden, "pair")
    made = individual(cast, one, hidden)
    for name, key in (("specimen_change", one.pk), ("individual_change", made.pk)):
        assert hidden.number not in text_of(page(cast, name, key, who="liaison")), name
    assert hidden.number not in text_of(page(cast, "association_changelist", who="liaison"))
