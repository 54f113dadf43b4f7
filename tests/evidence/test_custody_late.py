"""Entries about the past: nothing is edited, both times stay, and who holds the item now stays."""

from __future__ import annotations

import datetime as dt

import pytest

from evidence.models import Exhibit, Holding
from evidence.services import custody_answer
from evidence.services.custody_late import enter_late
from evidence.services.holder import Holder
from tests.actors import Cast
from tests.evidence.things import accepted, ago, events, held, holders, sent
from tests.refused import refused


@pytest.fixture
def thing(cast: Cast) -> Exhibit:
    """Held by the investigator from ten hours ago, by the custodian from five hours ago."""
    made = held(cast, at=ago(hours=10))
    accepted(sent(cast, made, at=ago(hours=6)), cast.custodian, at=ago(hours=5))
    return made


def late(cast: Cast, thing: Exhibit, start: float, end: float, holder: Holder | None = None) -> Holding:
    """Enter that the anthropologist held it between so many hours ago."""
    return enter_late(
        actor=cast.custodian,
        item=thing,
        holder=holder or Holder(person=cast.anthropologist),
        from_at=ago(hours=start),
        until_at=ago(hours=end),
        reason="found in the paper log",
    )


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (8, 7, "Investigator Anthropologist Investigator Custodian"),
        (8, 4, "Investigator Anthropologist Custodian"),
        (4, 3, "Investigator Custodian Anthropologist Custodian"),
        (12, 9, "Anthropologist Investigator Custodian"),
        (12, 3, "Anthropologist Custodian"),
    ],
)
def test_a_late_entry_takes_its_place_among_the_others(
    cast: Cast, thing: Exhibit, start: float, end: float, expected: str
) -> None:
    before = Holding.objects.count()
    entered = late(cast, thing, start, end)
    assert holders(thing) == expected.split()
    assert entered.recorded_at - entered.from_at > dt.timedelta(hours=start - 0.1)
    assert Holding.objects.filter(superseded_at=None).count() == len(expected.split())
    assert Holding.objects.count() > before
    kept = Holding.objects.exclude(superseded_at=None)
    assert {row.superseded_reason for row in kept} == {"found in the paper log"}


def test_it_may_end_where_the_first_holding_begins(cast: Cast, thing: Exhibit) -> None:
    first = Holding.objects.order_by("from_at")[0]
    enter_late(
        actor=cast.custodian,
        item=thing,
        holder=Holder(outside="Village council"),
        from_at=first.from_at - dt.timedelta(days=1),
        until_at=first.from_at,
        reason="told by the council",
    )
    assert holders(thing) == ["Village council", "Investigator", "Custodian"]


def test_late_entries_follow_each_other(cast: Cast, thing: Exhibit) -> None:
    late(cast, thing, 8, 7)
    late(cast, thing, 7.5, 3, Holder(outside="District court"))
    assert holders(thing) == ["Investigator", "Anthropologist", "District court", "Custodian"]
    late(cast, thing, 11, 2)
    assert holders(thing) == ["Anthropologist", "Custodian"]
    accepted(sent(cast, thing, by=cast.custodian, to=Holder(person=cast.anthropologist)), cast.anthropologist)
    assert holders(thing) == ["Anthropologist", "Custodian", "Anthropologist"]


def test_what_a_late_entry_does_not_do(cast: Cast, thing: Exhibit) -> None:
    with refused("custody.gap", "until_at"):
        late(cast, thing, 14, 12)
    with refused("custody.not_yet", "until_at"):
        late(cast, thing, 4, -1)
    with refused("record.interval_ordered"):
        late(cast, thing, 3, 4)
    with refused("custody.nothing_new"):
        late(cast, thing, 4, 3, Holder(person=cast.custodian))
    with refused("record.reason_required"):
        enter_late(
            actor=cast.custodian,
            item=thing,
            holder=Holder(person=cast.anthropologist),
            from_at=ago(hours=4),
            until_at=ago(hours=3),
            reason=" ",
        )
    with refused("access.forbidden"):
        enter_late(
            actor=cast.investigator,
            item=thing,
            holder=Holder(person=cast.investigator),
            from_at=ago(hours=4),
            until_at=ago(hours=3),
            reason="mine",
        )


def test_while_a_hand_over_is_open_its_releaser_stays_the_holder_of_that_time(
    cast: Cast, thing: Exhibit
) -> None:
    consignment = sent(cast, thing, by=cast.custodian, to=Holder(person=cast.anthropologist), at=ago(hours=2))
    with refused("custody.not_now"):
        late(cast, thing, 3, 1, Holder(person=cast.investigator))
    late(cast, thing, 4, 3, Holder(person=cast.investigator))
    custody_answer.refuse(actor=cast.anthropologist, events=events(consignment), reason="not mine")
    assert holders(thing) == ["Investigator", "Custodian", "Investigator", "Custodian"]
