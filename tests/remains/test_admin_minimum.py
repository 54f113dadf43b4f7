"""The pages of stated minimum numbers and of condition notes."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from remains.models import ConditionNote, StatedMinimum
from tests.actors import Cast
from tests.signed_in import signed_in

MINIMUM = reverse("admin:remains_statedminimum_add")
NOTE = reverse("admin:remains_conditionnote_add")


def stated(cast: Cast, **typed: Any) -> dict[str, Any]:
    return {
        "site": cast.site_a.pk,
        "minimum": "4",
        "source": "the prosecutor's office",
        "stated_on": "2024-02-23",
        "handling": "open",
        "groups-TOTAL_FORMS": "1",
        "groups-INITIAL_FORMS": "0",
        "groups-0-number": "1",
        "groups-0-certainty": "presumed",
        "groups-0-age_min_years": "4",
        "groups-0-age_max_years": "5",
        **typed,
    }


def test_a_minimum_is_stated_with_its_groups(cast: Cast) -> None:
    answer = signed_in(cast.investigator).post(MINIMUM, stated(cast))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    minimum = StatedMinimum.objects.get()
    assert (minimum.case, minimum.minimum) == (cast.case_a, 4)
    assert minimum.groups.get().certainty == "presumed"


@pytest.mark.parametrize(
    "typed", [{"minimum": "0"}, {"source": ""}, {"stated_on": ""}, {"stated_on": "2999-01-01"}]
)
def test_a_minimum_without_number_source_or_day_is_refused(cast: Cast, typed: dict[str, str]) -> None:
    answer = signed_in(cast.investigator).post(MINIMUM, stated(cast, **typed))
    assert answer.status_code == 200
    assert next(iter(typed)) in answer.context["adminform"].form.errors
    assert not StatedMinimum.objects.exists()


def test_a_group_larger_than_the_minimum_is_refused_and_nothing_written(cast: Cast) -> None:
    answer = signed_in(cast.investigator).post(MINIMUM, stated(cast, **{"groups-0-number": "5"}))
    assert answer.status_code == 200
    assert "larger than the minimum" in answer.content.decode()
    assert not StatedMinimum.objects.exists()


def test_no_certainty_is_chosen_beforehand(cast: Cast) -> None:
    answer = signed_in(cast.investigator).post(MINIMUM, stated(cast, **{"groups-0-certainty": ""}))
    assert answer.status_code == 200
    assert not StatedMinimum.objects.exists()


def test_an_anthropologist_states_no_minimum(cast: Cast) -> None:
    assert signed_in(cast.anthropologist).get(MINIMUM).status_code == 403


def note(cast: Cast, **typed: Any) -> dict[str, Any]:
    return {
        "find": cast.find_a.pk,
        "kind": "condition.staining",
        "note": "green at the wrist",
        "observer": "A. B.",
        "handling": "open",
        **typed,
    }


def test_a_condition_is_noted(cast: Cast) -> None:
    assert signed_in(cast.anthropologist).post(NOTE, note(cast)).status_code == 302
    made = ConditionNote.objects.get()
    assert (made.case, made.find) == (cast.case_a, cast.find_a)


@pytest.mark.parametrize(
    "typed", [{"kind": ""}, {"note": ""}, {"observer": ""}, {"observed_on": "2999-01-01"}]
)
def test_a_condition_note_says_what_who_and_when(cast: Cast, typed: dict[str, str]) -> None:
    answer = signed_in(cast.anthropologist).post(NOTE, note(cast, **typed))
    assert answer.status_code == 200
    assert next(iter(typed)) in answer.context["adminform"].form.errors
    assert not ConditionNote.objects.exists()


def test_a_note_on_a_restricted_find_is_as_restricted(cast: Cast) -> None:
    from cases.ledger.context import change
    from tests.actors import INSTALLER

    with change(INSTALLER, "tests.find.restricted"):
        cast.find_a.handling = "investigation"
        cast.find_a.save()
    signed_in(cast.investigator).post(NOTE, note(cast))
    assert ConditionNote.objects.get().handling == "investigation"


def test_the_code_list_of_another_scheme_is_not_offered(cast: Cast) -> None:
    answer = signed_in(cast.anthropologist).post(NOTE, note(cast, kind="hazard.mines"))
    assert "kind" in answer.context["adminform"].form.errors
