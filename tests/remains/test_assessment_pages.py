"""Drafting, signing, redrafting and reading an assessment in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from remains.models import Assessment
from tests.actors import Cast
from tests.forms import as_sent
from tests.remains.bones import bone
from tests.remains.counted import second_anthropologist
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db

ADD = reverse("admin:remains_assessment_add")


@pytest.fixture
def three(cast: Cast) -> Cast:
    """Three left femora at the site of case A."""
    for _each in range(3):
        bone(cast.find_a, "femur", "left", 6)
    return cast


def send(cast: Cast, about: str, **fields: Any) -> Any:
    client = signed_in(cast.anthropologist)
    form = client.get(f"{ADD}?{about}")
    return client.post(ADD, as_sent(form, **{"reading": "presumed", "reasoning": "Their femora.", **fields}))


def address(page: str, made: Assessment, *more: str) -> str:
    return reverse(f"admin:remains_assessment_{page}", args=[made.pk, *more])


@pytest.mark.parametrize("about", ["site", "find"])
def test_an_anthropologist_drafts_from_the_count(three: Cast, about: str) -> None:
    record = three.site_a if about == "site" else three.find_a
    link = f"{ADD}?{about}={record.pk}"
    count = signed_in(three.anthropologist).get(reverse(f"admin:remains_{about}_count", args=[record.pk]))
    assert link in count.content.decode()
    assert send(three, f"{about}={record.pk}").status_code == 302
    made = Assessment.objects.get()
    assert (made.count, made.site, made.find) == (3, three.site_a, record if about == "find" else None)


def test_the_reading_and_the_reasoning_are_asked_for(three: Cast) -> None:
    page = send(three, f"site={three.site_a.pk}", reading="", reasoning="")
    assert page.status_code == 200
    assert {"reading", "reasoning"} <= set(page.context["adminform"].form.errors)


def test_without_site_and_find_the_form_says_so(three: Cast) -> None:
    assert send(three, "").status_code == 200
    assert not Assessment.objects.exists()


def test_a_refusal_of_the_service_is_shown_in_the_form(cast: Cast) -> None:
    page = send(cast, f"site={cast.site_a.pk}")
    assert page.status_code == 200
    assert "No human specimen is recorded" in page.content.decode()


def test_the_draft_is_signed_by_another_on_its_page(three: Cast) -> None:
    second = second_anthropologist(three)
    send(three, f"site={three.site_a.pk}")
    made = Assessment.objects.get()
    own = signed_in(three.anthropologist).get(address("change", made)).content.decode()
    assert "You drafted this assessment yourself" in own
    assert "Count anew" in own
    client = signed_in(second)
    page = client.get(address("change", made)).content.decode()
    assert "At least 3 people" in page
    assert "Their femora." in page
    assert "Count anew" not in page
    assert client.post(address("transition", made, "sign")).status_code == 302
    made.refresh_from_db()
    assert made.signed_by == second
    assert "Signed by" in client.get(address("change", made)).content.decode()


def test_a_stale_draft_says_so_and_is_counted_anew(three: Cast) -> None:
    send(three, f"site={three.site_a.pk}")
    made = Assessment.objects.get()
    client = signed_in(three.anthropologist)
    assert "have changed since" not in client.get(address("change", made)).content.decode()
    bone(three.find_a, "femur", "left", 6)
    assert "have changed since" in client.get(address("change", made)).content.decode()
    refused = signed_in(second_anthropologist(three)).post(address("transition", made, "sign"))
    assert refused.status_code == 409
    assert client.get(address("redraft", made)).status_code == 405
    assert client.post(address("redraft", made)).status_code == 302
    made.refresh_from_db()
    assert made.count == 4


def test_the_reasoning_is_changed_on_the_page(three: Cast) -> None:
    send(three, f"site={three.site_a.pk}")
    made = Assessment.objects.get()
    client = signed_in(three.anthropologist)
    form = client.get(address("change", made))
    assert client.post(address("change", made), as_sent(form, reasoning="Better.")).status_code == 302
    made.refresh_from_db()
    assert (made.reasoning, made.version) == ("Better.", 2)


def test_the_list_and_the_history_show_it(three: Cast) -> None:
    send(three, f"site={three.site_a.pk}")
    made = Assessment.objects.get()
    client = signed_in(three.investigator)
    assert "at least 3" in client.get(reverse("admin:remains_assessment_changelist")).content.decode()
    assert client.get(address("history", made)).status_code == 200
