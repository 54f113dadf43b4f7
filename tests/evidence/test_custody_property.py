"""Whatever is done in whatever order: the holdings of every item tile its time, without gap and without overlap.

The sequences of acts are drawn by hypothesis. Each runs in a savepoint of its own, so that the next begins where this
one began; beside the database's own rules, a model of a few lines says who must hold what.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections import defaultdict
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from cases.models import User
from cases.refusals import Refusal
from evidence.models import CustodyEvent, Exhibit, Holding
from evidence.services import custody, custody_answer, exhibit
from evidence.services.custody_answer import Arrival
from evidence.services.custody_late import enter_late
from evidence.services.holder import Holder
from remains.models import Find, Specimen
from remains.services.find import merge_finds, split_find
from tests.actors import Cast
from tests.evidence.things import ago, lifted, rope
from tests.remains.specimens import log

#: Draws whatever there is to choose from, evenly: hypothesis by itself would mostly choose the first.
DICE = st.integers(0, 2**32 - 1).map(random.Random)
PEOPLE = ("investigator", "anthropologist", "custodian")


class CustodyMachine(RuleBasedStateMachine):
    """Two exhibits, two finds and a specimen, and all that can be done with them."""

    cast: ClassVar[Cast]
    items: ClassVar[list[Any]]
    held_first: ClassVar[dict[Any, User]]
    done: ClassVar[dict[str, int]]

    @initialize()
    def start(self) -> None:
        """Begin where every sequence begins."""
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.things: list[Any] = [type(item).objects.get(pk=item.pk) for item in self.items]
        #: Who holds each item, by the model; nothing for one whose custody has not begun, or has ended.
        self.holder: dict[Any, User] = dict(self.held_first)
        #: What is on its way, by the model.
        self.on_its_way: set[Any] = set()
        self.changed = True

    def teardown(self) -> None:
        """Undo the sequence."""
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def pick(self, dice: random.Random, wanted: Callable[[Any], bool] = lambda thing: True) -> Any:
        """Return something with which an act can succeed, mostly; one time in eight, anything."""
        likely = [thing for thing in self.things if wanted(thing)]
        return dice.choice(likely if likely and dice.randrange(8) else self.things)

    def pick_find(self, dice: random.Random) -> Any:
        """Return a find, mostly one that somebody has at hand."""
        finds = [thing for thing in self.things if isinstance(thing, Find)]
        return dice.choice([find for find in finds if self.at_hand(find)] or finds)

    def at_hand(self, thing: Any) -> bool:
        """Say whether somebody has a thing, and it is not on its way."""
        return self.holder_of(thing) is not None and thing.pk not in self.on_its_way

    def who(self, dice: random.Random) -> User:
        return self.cast.people[dice.choice(PEOPLE)]

    def holder_of(self, thing: Any) -> User | None:
        """Return who has a thing: a specimen without a custody of its own lies in its find."""
        if isinstance(thing, Specimen) and thing.pk not in self.holder:
            return self.holder.get(Specimen.objects.values_list("find", flat=True).get(pk=thing.pk))
        return self.holder.get(thing.pk)

    def act(self, name: str, act: Any) -> Any:
        """Do something, or nothing at all when it is refused."""
        try:
            with transaction.atomic():
                result = act()
        except Refusal:
            return None
        self.done[name] += 1
        self.changed = True
        return result

    def open_event(self, dice: random.Random) -> CustodyEvent | None:
        if not self.on_its_way:
            return None
        rows = CustodyEvent.objects.filter(status="open").select_related("consignment").order_by("id")
        return dice.choice(list(rows))

    @rule(dice=DICE)
    def take_in(self, dice: random.Random) -> None:
        """Take something into custody."""
        thing, who = self.pick(dice, lambda thing: self.holder_of(thing) is None), self.who(dice)
        if self.act("taken in", lambda: custody.take_in(actor=who, items=[thing])):
            self.holder[thing.pk] = who

    @rule(dice=DICE)
    def hand_over(self, dice: random.Random) -> None:
        """Hand one or two items over, by whoever holds the first; half of them are accepted at once."""
        chosen_ones = (self.pick(dice, self.at_hand) for _n in range(2))
        things = list({thing.pk: thing for thing in chosen_ones}.values())
        giver, receiver = self.holder_of(things[0]), Holder(person=self.who(dice))
        if giver is None:
            return
        for chosen in (things, things[:1]):
            if self.act(
                "handed over",
                lambda chosen=chosen: custody.release(
                    actor=giver, items=chosen, to=receiver, purpose="transport"
                ),
            ):
                self.on_its_way |= {thing.pk for thing in chosen}
                for thing in chosen:
                    self.holder.setdefault(thing.pk, giver)  # a specimen has a custody of its own now
                break
        if dice.randrange(2):
            self.accept_one(dice)

    @rule(dice=DICE)
    def hand_over_again(self, dice: random.Random) -> None:
        """Hand over twice as often as anything else is done."""
        self.hand_over(dice)

    @rule(dice=DICE)
    def accept(self, dice: random.Random) -> None:
        """Accept what is on its way."""
        self.accept_one(dice)

    def accept_one(self, dice: random.Random) -> None:
        row = self.open_event(dice)
        if row is None:
            return
        receiver: Any = row.consignment.to_person
        if self.act("accepted", lambda: custody_answer.accept(actor=receiver, arrivals=[Arrival(row)])):
            self.holder[row.item_key] = receiver
            self.on_its_way.discard(row.item_key)

    @rule(dice=DICE)
    def turn_down(self, dice: random.Random) -> None:
        """Refuse what is on its way, or call it back."""
        row = self.open_event(dice)
        if row is None:
            return
        back = dice.randrange(2) == 0
        consignment: Any = row.consignment
        who = consignment.from_person if back else consignment.to_person
        door = custody_answer.call_back if back else custody_answer.refuse
        if self.act("turned down", lambda: door(actor=who, events=[row], reason="wet")):
            self.on_its_way.discard(row.item_key)

    @rule(dice=DICE)
    def split(self, dice: random.Random) -> None:
        """Take a part out of a find."""
        find = self.pick_find(dice)
        parts = self.act(
            "split",
            lambda: split_find(
                actor=self.cast.anthropologist, find=find, parts=[Find(category="bone")], reason="two"
            ),
        )
        for part in parts or ():
            self.things.append(part)
            if find.pk in self.holder:
                self.holder[part.pk] = self.holder[find.pk]

    @rule(dice=DICE)
    def merge(self, dice: random.Random) -> None:
        """Merge two finds, into one of them or into a new one."""
        one, two, anew = self.pick_find(dice), self.pick_find(dice), dice.randrange(2) == 0
        target = Find(category="bone") if anew else two
        merged = self.act(
            "merged",
            lambda: merge_finds(
                actor=self.cast.anthropologist, finds=[one, two], record=target, reason="one person"
            ),
        )
        if merged is None:
            return
        if anew:
            self.things.append(merged)
        gone = [find.pk for find in (one, two) if find.pk != merged.pk]
        holders = [self.holder.pop(key) for key in gone if key in self.holder]
        if holders:
            self.holder.setdefault(merged.pk, holders[0])

    @rule(dice=DICE)
    def consume(self, dice: random.Random) -> None:
        """Use an exhibit up."""
        thing = self.pick(dice, lambda thing: isinstance(thing, Exhibit) and self.at_hand(thing))
        if isinstance(thing, Exhibit) and thing.pk in self.holder:
            who = self.holder[thing.pk]
            if self.act(
                "consumed",
                lambda: exhibit.apply_transition(actor=who, exhibit=thing, name="consume", reason="DNA"),
            ):
                del self.holder[thing.pk]

    @rule(dice=DICE)
    def cut(self, dice: random.Random) -> None:
        """Take a sample out of something, by whoever holds it."""
        thing = self.pick(dice, self.at_hand)
        origin = {"parent": thing} if isinstance(thing, Exhibit) else {type(thing).__name__.lower(): thing}
        holder = self.holder_of(thing)
        who = holder or self.cast.anthropologist
        sample = Exhibit(
            case=self.cast.case_a,
            kind_id="exhibit_kind.sample",
            description="a sample",
            parting="cut",
            parting_reason="DNA",
            **origin,
        )
        if self.act("cut", lambda: exhibit.create(actor=who, record=sample)):
            self.things.append(sample)
            if holder is not None:
                self.holder[sample.pk] = holder

    @rule(dice=DICE)
    def late(self, dice: random.Random) -> None:
        """Enter something about the past: the holder of now stays."""
        start, length = dice.randrange(720), dice.randrange(1, 720)
        thing, begun = self.pick(dice, lambda thing: thing.pk in self.holder), ago(minutes=start + length)
        self.act(
            "entered late",
            lambda: enter_late(
                actor=self.cast.custodian,
                item=thing,
                holder=Holder(person=self.who(dice)),
                from_at=begun,
                until_at=begun + dt.timedelta(minutes=length),
                reason="paper log",
            ),
        )

    @invariant()
    def holdings_tile_the_time(self) -> None:
        """Look at every holding there is, without the code that wrote it."""
        if not hasattr(self, "atomic") or not self.changed:
            return
        self.changed = False
        connection.check_constraints()
        rows: dict[Any, list[Holding]] = defaultdict(list)
        first_ever: dict[Any, dt.datetime] = {}
        for row in Holding.objects.order_by("from_at").select_related("holder_person"):
            first_ever.setdefault(row.item_key, row.from_at)
            if row.superseded_at is None:
                rows[row.item_key].append(row)
        now: dict[Any, User] = {}
        for key, first in first_ever.items():
            own = rows[key]
            assert own[0].from_at == first, "time that was accounted for is lost"
            for before, after in itertools.pairwise(own):
                assert before.until_at == after.from_at, "a gap or an overlap"
                assert before.ending is None
            assert (own[-1].until_at is None) is (own[-1].ending is None)
            if own[-1].until_at is None:
                assert own[-1].holder_person is not None
                now[key] = own[-1].holder_person
        assert now == self.holder


def run_sequences(cast: Cast, count: int) -> dict[str, int]:
    """Run that many sequences, and return how often each act was taken."""
    things: list[Any] = [rope(cast), rope(cast), lifted(cast, 50), lifted(cast, 51)]
    custody.take_in(actor=cast.investigator, items=things[:1], at=ago(hours=10))
    custody.take_in(actor=cast.anthropologist, items=things[2:], at=ago(hours=10))
    CustodyMachine.cast = cast
    CustodyMachine.items = [*things, *log(cast.anthropologist, things[2], ("femur", "left"))]
    CustodyMachine.done = defaultdict(int)
    CustodyMachine.held_first = {
        things[0].pk: cast.investigator,
        **{find.pk: cast.anthropologist for find in things[2:]},
    }
    run_state_machine_as_test(
        CustodyMachine,
        settings=settings(
            max_examples=count,
            stateful_step_count=8,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return dict(CustodyMachine.done)


ACTS = {
    "taken in",
    "handed over",
    "accepted",
    "turned down",
    "split",
    "merged",
    "consumed",
    "cut",
    "entered late",
}


def test_a_few_dozen_sequences_leave_no_gap(cast: Cast) -> None:
    done = run_sequences(cast, 30)
    assert {"handed over", "accepted", "entered late"} <= set(done)


@pytest.mark.slow
def test_ten_thousand_sequences_leave_no_gap(cast: Cast) -> None:
    done = run_sequences(cast, 10_000)
    assert set(done) == ACTS, done
