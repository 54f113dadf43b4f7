"""Injuries: when, how and where on the bone, said by somebody, assumed by nobody."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from remains.models import Injury, Specimen
from remains.services import injury
from remains.services.specimen import change as change_specimen
from tests.actors import Cast
from tests.refused import database_refuses, refused
from tests.remains.specimens import log
from tests.signed_in import signed_in

TOMORROW = dt.date.today() + dt.timedelta(days=1)  # noqa: DTZ011
ADD = reverse("admin:remains_injury_add")


@pytest.fixture
def skull(cast: Cast) -> Specimen:
    [made] = log(cast.anthropologist, cast.find_a, ("cranium", "axial"))
    return made


def hole(specimen: Specimen, **fields: Any) -> Injury:
    values = {
        "case": specimen.case,
        "specimen": specimen,
        "timing": "peri",
        "mechanism_id": "injury_mechanism.projectile",
        "zone": 1,
        "description": "round hole, bevelled inside",
        "observer": "A. N.",
    }
    return Injury(**{**values, **fields})


def test_an_injury_is_recorded_and_mended(cast: Cast, skull: Specimen) -> None:
    made = injury.create(actor=cast.anthropologist, record=hole(skull, associated_find=cast.find_a))
    made.direction = "from the back to the front"
    assert injury.change(actor=cast.anthropologist, record=made, version=1).version == 2


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"zone": None}, "injury.place", "remains_injury_placed"),
    ({"zone": 99}, "injury.zone", "remains_injury_zone_of_element"),
    ({"mechanism_id": "injury_mechanism.treatment"}, "injury.treatment", "remains_injury_treated_in_life"),
    ({"timing": "long ago"}, "record.invalid", "remains_injury_timing_known"),
    ({"description": ""}, "record.invalid", "remains_injury_described"),
]


@pytest.mark.parametrize(("fields", "code", "rule"), REFUSED)
def test_an_impossible_injury_is_refused(
    cast: Cast, skull: Specimen, fields: dict[str, Any], code: str, rule: str
) -> None:
    with refused(code):
        injury.create(actor=cast.anthropologist, record=hole(skull, **fields))
    with database_refuses(rule):
        hole(skull, **fields).save()


@pytest.mark.parametrize("field", ["timing", "description", "observer"])
def test_nothing_of_an_injury_is_assumed(cast: Cast, skull: Specimen, field: str) -> None:
    with refused("record.invalid", field):
        injury.create(actor=cast.anthropologist, record=hole(skull, **{field: ""}))


def test_an_injury_is_not_seen_tomorrow(cast: Cast, skull: Specimen) -> None:
    with refused("record.day_in_future", "observed_on"):
        injury.create(actor=cast.anthropologist, record=hole(skull, observed_on=TOMORROW))


def test_an_element_is_not_mended_away_from_under_an_injury(cast: Cast, skull: Specimen) -> None:
    injury.create(actor=cast.anthropologist, record=hole(skull, zone=max(_zones())))
    skull.refresh_from_db()
    skull.element_id = "element.sacrum"
    with refused("injury.zone"):
        change_specimen(actor=cast.anthropologist, record=skull, version=skull.version)


def _zones() -> frozenset[int]:
    from remains.science.elements import elements

    return elements()["cranium"].zone_numbers


def test_who_does_not_examine_records_no_injury(cast: Cast, skull: Specimen) -> None:
    for name in ("investigator", "custodian", "prosecutor", "auditor"):
        with refused("access.forbidden"):
            injury.create(actor=cast.people[name], record=hole(skull))
    with refused("access.not_found"):
        injury.create(actor=cast.outsider, record=hole(skull))


def test_the_form_assumes_nothing_and_keeps_what_was_typed(cast: Cast, skull: Specimen) -> None:
    client = signed_in(cast.anthropologist)
    shown = client.get(ADD, {"specimen": str(skull.pk)}).context["adminform"].form
    assert not any(shown[name].value() for name in ("timing", "mechanism", "zone", "description"))
    assert dict(shown.fields["zone"].choices)[1] == "1 frontal R half"
    typed = {
        "specimen": str(skull.pk),
        "timing": "peri",
        "mechanism": "injury_mechanism.projectile",
        "description": "round hole",
        "observer": "A. N.",
        "handling": "open",
    }
    answer = client.post(ADD, typed)
    assert "place" in answer.context["adminform"].form.errors
    assert client.post(ADD, {**typed, "place": "left parietal"}).status_code == 302
    assert Injury.objects.get().case == cast.case_a


def test_a_zone_is_chosen_by_its_name(cast: Cast, skull: Specimen) -> None:
    made = injury.create(actor=cast.anthropologist, record=hole(skull))
    client = signed_in(cast.anthropologist)
    url = reverse("admin:remains_injury_change", args=[made.pk])
    assert client.get(url).context["adminform"].form["zone"].value() == 1
    typed = {
        "timing": "peri",
        "mechanism": "injury_mechanism.projectile",
        "zone": "2",
        "description": "round hole",
        "observer": "A. N.",
        "handling": "open",
        "record_version": "1",
    }
    assert client.post(url, typed).status_code == 302
    made.refresh_from_db()
    assert made.zone == 2
