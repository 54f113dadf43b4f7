"""Individuals: numbered in order, one place for each specimen, leaving and merging keep their history."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from cases.ledger.context import change
from cases.models import User
from remains.models import Estimate, Individual, IndividualPart, Specimen
from remains.services.individual import (
    add_specimens,
    change_individual,
    create_individual,
    individual_of,
    merge_individuals,
    take_out,
    withdraw_individual,
)
from tests.actors import INSTALLER, Cast, make_cast, make_find, make_site
from tests.refused import database_refuses, refused, run
from tests.remains.bones import associate, bone

WHY = "lay in order"


def person(cast: Cast, *specimens: Specimen, **fields: Any) -> Individual:
    return create_individual(
        actor=cast.anthropologist,
        record=Individual(case=cast.case_a, **fields),
        specimens=specimens,
        reason=WHY,
    )


def inside(individual: Individual) -> set[str]:
    parts = IndividualPart.objects.filter(individual=individual, left_at=None, withdrawn_at=None)
    return set(parts.values_list("specimen__number", flat=True))


def estimated(kind: str, value: Any, certainty: str = "determined", **subject: Any) -> Estimate:
    values = {"sex": value} if kind == "sex" else {"age_min_years": value[0], "age_max_years": value[1]}
    [about] = subject.values()
    with change(INSTALLER, "tests.estimate.made"):
        return Estimate.objects.create(
            case_id=about.case_id,
            kind=kind,
            certainty=certainty,
            method="m",
            basis="b",
            observer="o",
            **subject,
            **values,
        )


def test_individuals_are_numbered_within_their_case(cast: Cast) -> None:
    assert [person(cast).number, person(cast).number] == ["A-1/I-001", "A-1/I-002"]
    with database_refuses("remains_individual_number_unique"):
        Individual.objects.create(case=cast.case_a, number="A-1/I-001", serial=9)
    with database_refuses("remains_individual_number_fixed"):
        run("UPDATE remains_individual SET serial = 7, number = 'A-1/I-007'")


@pytest.mark.django_db(transaction=True)
def test_two_who_record_at_once_get_two_numbers() -> None:
    cast = make_cast()
    made: list[str] = []

    def record() -> None:
        try:
            made.append(person(cast).number)
        finally:
            connections.close_all()

    both = [threading.Thread(target=record) for _each in range(4)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(made) == [f"A-1/I-00{n}" for n in range(1, 5)]


def test_specimens_are_gathered_over_finds_and_graves_each_with_its_reason(cast: Cast) -> None:
    with change(INSTALLER, "tests.site.made"):
        elsewhere = make_find(make_site(cast.case_a, "KHJ02"), 1)
    one, other = bone(cast.find_a, "femur", "left"), bone(elsewhere, "femur", "right")
    made = person(cast, one)
    [part] = add_specimens(
        actor=cast.anthropologist, individual=made, specimens=[other], reasons={other.pk: "same DNA"}
    )
    assert (part.reason, inside(made)) == ("same DNA", {one.number, other.number})


def test_a_specimen_is_in_one_individual_at_a_time(cast: Cast) -> None:
    one = bone(cast.find_a)
    first, second = person(cast, one), person(cast)
    with refused("individual.of_another", "specimens"):
        add_specimens(actor=cast.anthropologist, individual=second, specimens=[one], reason=WHY)
    with refused("individual.has_it", "specimens"):
        add_specimens(actor=cast.anthropologist, individual=first, specimens=[one], reason=WHY)
    with database_refuses("remains_individualpart_one_person"):
        IndividualPart.objects.create(case=cast.case_a, individual=second, specimen=one, reason="x")


def test_without_a_reason_nothing_joins_or_leaves(cast: Cast) -> None:
    one = bone(cast.find_a)
    made = person(cast)
    with refused("record.reason_required", "reason"):
        add_specimens(actor=cast.anthropologist, individual=made, specimens=[one], reason=" ")
    [part] = add_specimens(actor=cast.anthropologist, individual=made, specimens=[one], reason=WHY)
    with refused("record.reason_required", "reason"):
        take_out(actor=cast.anthropologist, part=part, reason="")
    with database_refuses("remains_individualpart_leaving_reasoned"):
        run("UPDATE remains_individualpart SET left_at = now()")


def test_leaving_keeps_what_was(cast: Cast) -> None:
    one = bone(cast.find_a)
    first, second = person(cast, one), person(cast)
    part = individual_of(one)
    assert part is not None
    take_out(actor=cast.anthropologist, part=part, reason="measured: too long")
    assert individual_of(one) is None
    add_specimens(actor=cast.anthropologist, individual=second, specimens=[one], reason="fits")
    assert [(row.individual, row.left_reason) for row in one.individual_parts.order_by("id")] == [
        (first, "measured: too long"),
        (second, ""),
    ]
    with refused("individual.left_already"):
        take_out(actor=cast.anthropologist, part=part, reason="again")
    with database_refuses("remains_individualpart_left_once"):
        run("UPDATE remains_individualpart SET left_reason = 'other' WHERE id = %s", part.pk)


CONTRADICTING = [
    [("femur", "left", 6), ("femur", "left", 6)],
    [("cranium", "axial", 5), ("cranium", "axial", 5)],
]


@pytest.mark.parametrize("bones", CONTRADICTING)
def test_one_person_has_no_zone_twice(cast: Cast, bones: list[Any]) -> None:
    one, other = (bone(cast.find_a, *each) for each in bones)
    made = person(cast, one)
    with refused("person.contradiction", "specimens"):
        add_specimens(actor=cast.anthropologist, individual=made, specimens=[other], reason=WHY)
    assert inside(made) == {one.number}


@pytest.mark.parametrize(("kind", "one", "other"), [("age", (4, 6), (20, 30)), ("sex", "female", "male")])
def test_determined_estimates_keep_two_people_apart_and_presumed_ones_do_not(
    cast: Cast, kind: str, one: Any, other: Any
) -> None:
    first, second = bone(cast.find_a, "femur", "left"), bone(cast.find_a, "femur", "right")
    estimated(kind, one, specimen=first)
    doubt = estimated(kind, other, "presumed", specimen=second)
    made = person(cast, first)
    [part] = add_specimens(actor=cast.anthropologist, individual=made, specimens=[second], reason=WHY)
    take_out(actor=cast.anthropologist, part=part, reason="once more")
    assert doubt.certainty == "presumed"
    sure = estimated(kind, other, specimen=second)
    with pytest.raises(Exception, match="cannot be of one person") as caught:
        add_specimens(actor=cast.anthropologist, individual=made, specimens=[second], reason=WHY)
    assert str(sure.value_in_words) in str(caught.value)


def test_an_estimate_of_the_individual_speaks_too(cast: Cast) -> None:
    first, second = bone(cast.find_a, "femur", "left"), bone(cast.find_a, "femur", "right")
    made = person(cast, first)
    estimated("sex", "female", individual=made)
    estimated("sex", "male", specimen=second)
    with refused("person.contradiction"):
        add_specimens(actor=cast.anthropologist, individual=made, specimens=[second], reason=WHY)


def test_two_dna_groups_are_two_people(cast: Cast) -> None:
    first = bone(cast.find_a, "femur", "left", dna_group="H1")
    second = bone(cast.find_a, "femur", "right", dna_group="U5")
    with refused("person.contradiction"):
        person(cast, first, second)
    assert not Individual.objects.exists()


def test_what_is_excluded_does_not_come_together(cast: Cast) -> None:
    one, other = bone(cast.find_a, "femur", "left"), bone(cast.find_a, "femur", "right")
    associate(cast, one, other, "pair", "excluded")
    made = person(cast, one)
    with refused("person.contradiction"):
        add_specimens(actor=cast.anthropologist, individual=made, specimens=[other], reason=WHY)
    with database_refuses("remains_association_with_individuals"):
        IndividualPart.objects.create(case=cast.case_a, individual=made, specimen=other, reason="x")


def test_a_final_association_across_two_individuals_is_refused_naming_them(cast: Cast) -> None:
    one, other = bone(cast.find_a, "femur", "left"), bone(cast.find_a, "femur", "right")
    first, second = person(cast, one), person(cast, other)
    with pytest.raises(Exception, match="A-1/I-001") as caught:
        associate(cast, one, other, "pair")
    assert second.number in str(caught.value)
    assert first.number in str(caught.value)
    with refused("association.individuals", "stage"):
        associate(cast, one, other, "pair")
    associate(cast, one, other, "pair", "possible")


def test_what_is_in_one_individual_is_not_excluded(cast: Cast) -> None:
    one, other = bone(cast.find_a, "femur", "left"), bone(cast.find_a, "femur", "right")
    person(cast, one, other)
    with refused("association.individuals"):
        associate(cast, one, other, "pair", "excluded")


def test_animals_are_nobody(cast: Cast) -> None:
    with refused("individual.not_human", "specimens"):
        person(cast, bone(cast.find_a, "non_human", "unsided"))


def test_merging_moves_the_specimens_and_keeps_where_they_were(cast: Cast) -> None:
    one, other = bone(cast.find_a, "femur", "left"), bone(cast.find_a, "femur", "right")
    first, second = person(cast, one), person(cast, other)
    merge_individuals(actor=cast.anthropologist, individual=first, others=[second], reason="same DNA")
    second.refresh_from_db()
    assert inside(first) == {one.number, other.number}
    assert first.number in second.withdrawn_reason
    before, now = other.individual_parts.order_by("id")
    assert (before.individual, now.individual) == (second, first)
    assert "same DNA" in before.left_reason
    assert second.number in now.reason


def test_two_who_cannot_be_one_are_not_merged(cast: Cast) -> None:
    one, other = bone(cast.find_a, "femur", "left", 6), bone(cast.find_a, "femur", "left", 6)
    first, second = person(cast, one), person(cast, other)
    with refused("person.contradiction", "others"):
        merge_individuals(actor=cast.anthropologist, individual=first, others=[second], reason="x")
    second.refresh_from_db()
    assert (second.withdrawn_at, inside(second)) == (None, {other.number})
    with refused("individual.merge_of_one"):
        merge_individuals(actor=cast.anthropologist, individual=first, others=[first], reason="x")


def test_a_withdrawn_individual_has_let_its_specimens_go(cast: Cast) -> None:
    one = bone(cast.find_a)
    made = person(cast, one)
    with database_refuses("remains_individual_withdrawn_empty"):
        run("UPDATE remains_individual SET withdrawn_at = now(), withdrawn_reason = 'x'")
    withdraw_individual(actor=cast.anthropologist, record=made, reason="two people after all")
    assert individual_of(one) is None
    with database_refuses("remains_individualpart_parent_withdrawn"):
        IndividualPart.objects.create(case=cast.case_a, individual=made, specimen=one, reason="x")


def test_number_and_serial_are_not_changed_by_hand(cast: Cast) -> None:
    made = person(cast)
    made.description = "young adult"
    assert change_individual(actor=cast.anthropologist, record=made, version=1).version == 2
    made.serial = 9
    with refused("record.not_by_hand", "serial"):
        change_individual(actor=cast.anthropologist, record=made, version=2)


def test_only_an_anthropologist_of_the_case_decides(cast: Cast) -> None:
    def as_(who: User) -> None:
        create_individual(actor=who, record=Individual(case=cast.case_a))

    with refused("access.forbidden"):
        as_(cast.investigator)
    with refused("access.not_found"):
        as_(cast.outsider)


def test_specimens_of_another_case_are_not_seen(cast: Cast) -> None:
    with refused("access.not_found"):
        person(cast, bone(cast.find_b))


def test_many_specimens_join_in_as_many_queries_as_few(cast: Cast) -> None:
    few, many = ([bone(cast.find_a, f"mt_{n}", side) for n in range(1, 6)] for side in ("left", "right"))
    counts = []
    for group in (few[:1], [*few[1:], *many]):
        made = person(cast)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            add_specimens(actor=cast.anthropologist, individual=made, specimens=group, reason=WHY)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_two_whole_bones_are_told_apart_once_and_not_by_every_zone(cast: Cast) -> None:
    whole = [bone(cast.find_a, "femur", "left", *range(1, 12)) for _each in range(2)]
    with pytest.raises(Exception, match="cannot be of one person") as caught:
        person(cast, *whole)
    assert str(caught.value).count("cannot be of one person") == 1
