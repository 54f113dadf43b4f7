"""The drawing of an assessment stays as it was signed, whatever becomes of the records; the ledger gives it again."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from remains.models import Assessment
from remains.services.assessment import draft, is_stale, recompute, redraft, sign
from remains.services.specimen import change as change_specimen
from tests.actors import Cast
from tests.remains.bones import bone, hurt, noted
from tests.remains.counted import second_anthropologist, set_on
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db


def drafted(cast: Cast, **about: Any) -> Assessment:
    record = Assessment(case=cast.case_a, **(about or {"site": cast.site_a}), reasoning="By the femora.")
    return draft(actor=cast.anthropologist, record=record, reading="determined")


def drawn(cast: Cast, made: Assessment, who: str = "anthropologist") -> str:
    """Return the drawing on an assessment's page, and the tables beside it."""
    url = reverse("admin:remains_assessment_change", args=[made.pk])
    whole = signed_in(cast.people[who]).get(url).content.decode()
    return whole[whole.index('id="diagram"') : whole.index("</details>")]


@pytest.mark.parametrize("about", ["site", "find"])
def test_a_signed_drawing_is_the_same_after_its_specimens_have_changed(cast: Cast, about: str) -> None:
    one = bone(cast.find_a, "femur", "left", 6, completeness="part")
    hurt(one, "peri", 6)
    injury, note = hurt(one, "ante", 9), noted(one)
    made = drafted(cast, **{about: cast.find_a if about == "find" else cast.site_a})
    sign(actor=second_anthropologist(cast), assessment=made)
    before = drawn(cast, made)
    assert "zone 6" in before
    assert 'class="mark is-ante"' in before
    one.zones, one.completeness = [1, 2, 3, 6], "complete"
    change_specimen(actor=cast.anthropologist, record=one, version=1)
    bone(cast.find_a, "tibia", "right", 7)
    set_on(injury, timing="post", zone=1)
    set_on(note, withdrawn_at=timezone.now(), withdrawn_reason="mistake")
    hurt(one, "undetermined", 3)
    assert drawn(cast, made) == before
    again = recompute(Assessment.objects.get(pk=made.pk))
    assert (again.same, again.differs_in) == (True, ())


def test_a_drawing_that_the_ledger_does_not_give_is_named(cast: Cast) -> None:
    hurt(bone(cast.find_a, "femur", "left", 6), "peri", 6)
    made = Assessment.objects.get(pk=drafted(cast).pk)
    made.result["diagram"]["marks"][0][3] = "ante"
    set_on(made, result=made.result)
    again = recompute(made)
    assert (again.same, again.differs_in) == (False, ("diagram",))


def test_a_new_mark_is_no_other_answer_and_a_redraft_takes_it_in(cast: Cast) -> None:
    one = bone(cast.find_a, "femur", "left", 6)
    made = Assessment.objects.get(pk=drafted(cast).pk)
    hurt(one, "peri", 6)
    assert not is_stale(made)
    assert "is-peri" not in drawn(cast, made)
    redraft(actor=cast.anthropologist, assessment=made)
    assert "is-peri" in drawn(cast, made)


def test_what_is_for_the_investigation_only_is_not_drawn_into_an_open_assessment(cast: Cast) -> None:
    one = bone(cast.find_a, "femur", "left", 6)
    hurt(one, "peri", 6, handling="investigation")
    hurt(one, "ante", 9)
    made = Assessment.objects.get(pk=drafted(cast).pk)
    assert made.handling == "open"
    assert [mark[3] for mark in made.result["diagram"]["marks"]] == ["ante"]


def test_who_may_no_longer_see_an_injury_does_not_see_its_mark(cast: Cast) -> None:
    injury = hurt(bone(cast.find_a, "femur", "left", 6), "peri", 6)
    made = drafted(cast)
    set_on(injury, handling="investigation")
    assert "is-peri" in drawn(cast, made)
    assert "is-peri" not in drawn(cast, made, "liaison")
