"""Associations: what two specimens may be to each other, stage by stage, and never against each other."""

from __future__ import annotations

from typing import Any

import pytest

from cases.ledger.context import change
from remains.models import Association, Estimate, Specimen
from remains.services.association import (
    associations_of,
    change_association,
    withdraw_association,
)
from tests.actors import INSTALLER, Cast
from tests.refused import database_refuses, refused, run
from tests.remains.bones import associate, bone


def write(first: Specimen, second: Specimen, kind: str, stage: str = "final") -> Association:
    """Write past the service."""
    ends = sorted((first, second), key=lambda each: each.pk)
    return Association.objects.create(
        case_id=first.case_id,
        first=ends[0],
        second=ends[1],
        kind=kind,
        stage=stage,
        basis="seen",
        observer="A. Examiner",
    )


def age(specimen: Specimen, low: float, high: float, certainty: str = "determined") -> Estimate:
    with change(INSTALLER, "tests.estimate.made"):
        return Estimate.objects.create(
            case_id=specimen.case_id,
            specimen=specimen,
            kind="age",
            age_min_years=low,
            age_max_years=high,
            certainty=certainty,
            method="phases",
            basis="scored",
            observer="A. Examiner",
        )


def test_it_reads_the_same_from_both_ends_whichever_was_named_first(cast: Cast) -> None:
    one, other = bone(cast.find_a, "femur", "left"), bone(cast.find_a, "tibia", "left")
    made = associate(cast, other, one, "articulation")
    assert made.first_id < made.second_id
    for specimen, end in ((one, other), (other, one)):
        assert associations_of(cast.anthropologist, specimen) == [(made, end)]


def test_a_later_stage_takes_the_place_of_the_earlier_which_stays_in_the_history(cast: Cast) -> None:
    one, other = bone(cast.find_a, "femur", "left"), bone(cast.find_a, "femur", "right")
    possible = associate(cast, one, other, "pair", "possible")
    final = associate(cast, other, one, "pair", "final", basis="measured")
    possible.refresh_from_db()
    assert possible.withdrawn_at is not None
    assert "measured" in possible.withdrawn_reason
    assert [row for row, _end in associations_of(cast.anthropologist, one)] == [final, possible]


@pytest.mark.parametrize(
    ("stage", "next_stage", "code"),
    [
        ("possible", "possible", "association.once"),
        ("final", "final", "association.once"),
        ("final", "possible", "association.staged"),
        ("final", "excluded", "association.staged"),
        ("excluded", "possible", "association.staged"),
        ("excluded", "final", "association.staged"),
    ],
)
def test_stages_go_forward_only(cast: Cast, stage: str, next_stage: str, code: str) -> None:
    one, other = bone(cast.find_a, "femur", "left"), bone(cast.find_a, "femur", "right")
    made = associate(cast, one, other, "pair", stage)
    with refused(code, "stage"):
        associate(cast, one, other, "pair", next_stage)
    made.refresh_from_db()
    assert made.withdrawn_at is None


def test_after_a_withdrawal_it_may_be_recorded_anew(cast: Cast) -> None:
    one, other = bone(cast.find_a, "femur", "left"), bone(cast.find_a, "femur", "right")
    made = associate(cast, one, other, "pair", "final")
    withdraw_association(actor=cast.anthropologist, record=made, reason="mixed up")
    associate(cast, one, other, "pair", "excluded")


IMPOSSIBLE = [
    (
        "refit",
        ("femur", "left", 1),
        ("humerus", "left", 2),
        "association.refit_element",
        "refit_of_one_element",
    ),
    ("refit", ("femur", "left", 1), ("femur", "right", 2), "association.refit_side", "refit_of_one_side"),
    ("refit", ("femur", "left", 1, 2), ("femur", "left", 2), "association.refit_zones", "refit_zones_apart"),
    ("pair", ("femur", "left"), ("femur", "left"), "association.pair", "pair_of_two_sides"),
    ("pair", ("femur", "left"), ("tibia", "right"), "association.pair", "pair_of_two_sides"),
    ("pair", ("femur", "left"), ("femur", "unsided"), "association.pair", "pair_of_two_sides"),
    ("pair", ("sacrum", "axial"), ("sacrum", "axial"), "association.pair", "pair_of_two_sides"),
    (
        "articulation",
        ("femur", "left"),
        ("humerus", "left"),
        "association.articulation",
        "articulation_of_neighbours",
    ),
    (
        "articulation",
        ("femur", "left"),
        ("tibia", "right"),
        "association.articulation",
        "articulation_of_neighbours",
    ),
]


@pytest.mark.parametrize(("kind", "one", "other", "code", "rule"), IMPOSSIBLE)
def test_what_no_body_allows_is_refused_here_and_by_the_database(
    cast: Cast, kind: str, one: tuple[Any, ...], other: tuple[Any, ...], code: str, rule: str
) -> None:
    first, second = bone(cast.find_a, *one), bone(cast.find_a, *other)
    with refused(code, "kind"):
        associate(cast, first, second, kind, "possible")
    with database_refuses(f"remains_association_{rule}"):
        write(first, second, kind, "possible")


def test_fragments_that_were_compared_and_do_not_refit_may_share_a_zone(cast: Cast) -> None:
    associate(
        cast,
        bone(cast.find_a, "femur", "left", 1),
        bone(cast.find_a, "femur", "left", 1),
        "refit",
        "excluded",
    )


def test_a_rib_without_number_may_refit_the_third(cast: Cast) -> None:
    associate(cast, bone(cast.find_a, "rib", "left", 1), bone(cast.find_a, "rib_03", "left", 2), "refit")


def test_a_specimen_is_not_associated_with_itself(cast: Cast) -> None:
    one = bone(cast.find_a)
    with refused("association.itself", "second"):
        associate(cast, one, one, "dna")
    with database_refuses("remains_association_ordered"):
        Association.objects.create(
            case=cast.case_a, first=one, second=one, kind="dna", stage="final", basis="b", observer="o"
        )


def test_what_is_excluded_by_one_kind_is_not_final_by_another(cast: Cast) -> None:
    one, other = bone(cast.find_a, "femur", "left"), bone(cast.find_a, "femur", "right")
    associate(cast, one, other, "osteometric", "excluded", basis="20 mm apart")
    with refused("association.contradiction", "stage"):
        associate(cast, one, other, "pair")
    with database_refuses("remains_association_final_or_excluded"):
        write(one, other, "pair")


def test_what_a_chain_makes_one_person_is_not_excluded(cast: Cast) -> None:
    one, mid, other = (
        bone(cast.find_a, *what) for what in (("os_coxa", "left"), ("femur", "left"), ("tibia", "left"))
    )
    associate(cast, one, mid, "articulation")
    associate(cast, mid, other, "articulation")
    with refused("association.contradiction"):
        associate(cast, one, other, "osteometric", "excluded")


def test_a_chain_of_refits_in_which_a_zone_comes_twice_is_refused(cast: Cast) -> None:
    one, mid, other = (bone(cast.find_a, "femur", "left", zone) for zone in (1, 2, 1))
    associate(cast, one, mid, "refit")
    with refused("person.contradiction", "stage") as _caught:
        associate(cast, mid, other, "refit")


def test_bones_of_disjoint_ages_are_not_of_one_person_if_the_ages_are_determined(cast: Cast) -> None:
    one, other = bone(cast.find_a, "femur", "left"), bone(cast.find_a, "tibia", "left")
    age(one, 4, 6)
    presumed = age(other, 20, 30, "presumed")
    made = associate(cast, one, other, "articulation")
    withdraw_association(actor=cast.anthropologist, record=made, reason="again")
    assert presumed.certainty == "presumed"
    age(other, 20, 30)
    with refused("person.contradiction"):
        associate(cast, one, other, "articulation")


def test_ends_kind_and_stage_stay_as_recorded(cast: Cast) -> None:
    made = associate(
        cast, bone(cast.find_a, "femur", "left"), bone(cast.find_a, "femur", "right"), "pair", "possible"
    )
    made.basis = "measured again"
    changed = change_association(actor=cast.anthropologist, record=made, version=made.version)
    assert changed.version == 2
    made.stage = "final"
    with refused("record.not_by_hand", "stage"):
        change_association(actor=cast.anthropologist, record=made, version=2)
    with database_refuses("remains_association_ends_fixed"):
        run("UPDATE remains_association SET stage = 'final' WHERE id = %s", made.pk)


def test_a_specimen_keeps_to_its_associations_when_it_is_corrected(cast: Cast) -> None:
    one, other = bone(cast.find_a, "femur", "left"), bone(cast.find_a, "femur", "right")
    made = associate(cast, one, other, "pair")
    with database_refuses("remains_association_pair_of_two_sides"):
        run("UPDATE remains_specimen SET side = 'right' WHERE id = %s", one.pk)
    withdraw_association(actor=cast.anthropologist, record=made, reason="wrong side")
    with change(INSTALLER, "tests.specimen.corrected"):
        run("UPDATE remains_specimen SET side = 'right' WHERE id = %s", one.pk)


def test_only_an_anthropologist_of_the_case_associates(cast: Cast) -> None:
    one, other = bone(cast.find_a, "femur", "left"), bone(cast.find_a, "femur", "right")
    for name, code in (("investigator", "access.forbidden"), ("outsider", "access.not_found")):
        cast.people["anthropologist"] = cast.people[name]
        with refused(code):
            associate(cast, one, other, "pair")


def test_what_hangs_on_a_restricted_specimen_is_restricted_too(cast: Cast) -> None:
    one = bone(cast.find_a, "femur", "left", handling="investigation")
    other = bone(cast.find_a, "femur", "right")
    made = associate(cast, one, other, "pair")
    assert made.handling == "investigation"
    assert associations_of(cast.liaison, other) == []
    assert len(associations_of(cast.anthropologist, other)) == 1
