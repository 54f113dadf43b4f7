"""Referrals at any step of their way, for tests that begin there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cases.ledger.context import change
from evidence.models import Examination, Finding, Referral, Result
from evidence.referral_guards import items_of
from evidence.services import custody, custody_answer
from evidence.services import referral as referrals
from evidence.services import referral_item as items
from evidence.services import result as results
from evidence.services.custody_answer import Arrival
from evidence.services.holder import Holder
from evidence.services.item import held_items
from evidence.services.referral_receipt import Receipt
from remains.models import Find
from tests.actors import INSTALLER, SINCE, Cast

TODAY = dt.date.today()  # noqa: DTZ011
SOON = TODAY + dt.timedelta(days=30)
#: The steps of the way, with who takes each.
WAY = (
    ("request", "investigator"),
    ("approve", "prosecutor"),
    ("dispatch", "custodian"),
    ("receive", "laboratory"),
    ("begin", "laboratory"),
    ("report", "laboratory"),
    ("accept", "anthropologist"),
)


def draft(cast: Cast, *subjects: Any, laboratory: Any = None, actor: Any = None, **fields: Any) -> Referral:
    """Return a draft of case A with these items and one question."""
    who = actor or cast.investigator
    record = Referral(
        case=cast.case_a,
        laboratory=laboratory or cast.laboratory_agency,
        **{"urgency": "routine", "due_on": SOON, "background": "Found in the ground.", **fields},
    )
    made = referrals.draft(actor=who, record=record)
    if subjects:
        items.add_items(actor=who, referral=made, subjects=subjects, asked="How old was this person?")
    items.add_examination(
        actor=who,
        record=Examination(
            case=cast.case_a,
            referral=made,
            handling=made.handling,
            kind_id="examination.anthropology",
            question="At what age did this person die?",
        ),
    )
    return made


def in_custody(cast: Cast, referral: Referral) -> None:
    """Let the custodian have every item of a referral that nobody has yet."""
    for item in items_of(referral):
        thing = item.item
        holding = held_items([thing]).held[thing.pk].effective
        if holding is not None:
            _handed_over(cast, thing, holding.holder_person)
            continue
        if isinstance(thing, Find) and thing.status in {"located", "recorded"}:
            with change(INSTALLER, "tests.find.lifted"):
                Find.objects.filter(pk=thing.pk).update(status="lifted", lifted_on=SINCE)
        custody.take_in(actor=cast.custodian, items=[thing])


def _handed_over(cast: Cast, thing: Any, by: Any) -> None:
    if by == cast.custodian:
        return
    consignment = custody.release(
        actor=by, items=[thing], to=Holder(person=cast.custodian), purpose="to be sent"
    )
    arrivals = [Arrival(event) for event in consignment.events.all()]
    custody_answer.accept(actor=cast.custodian, arrivals=arrivals)


def step(cast: Cast, referral: Referral, name: str, actor: str, reason: str = "") -> Referral:
    """Take one step."""
    return referrals.apply_transition(actor=cast.people[actor], referral=referral, name=name, reason=reason)


def acknowledge(cast: Cast, referral: Referral) -> None:
    """Let the laboratory say how each item arrived."""
    receipts = [Receipt(item.pk, "as sent") for item in referral.items.current()]
    results.acknowledge(actor=cast.laboratory, referral=referral, receipts=receipts)


def sent(cast: Cast, *subjects: Any, until: str = "begin", **fields: Any) -> Referral:
    """Return a referral that has come as far as a step of the way."""
    referral = draft(cast, *subjects, **fields)
    for name, actor in WAY:
        if name == "dispatch":
            in_custody(cast, referral)
        if name == "receive":
            acknowledge(cast, referral)
        if name == "report":
            for item in referral.items.current():
                answer(cast, item)
        referral = step(cast, referral, name, actor)
        if name == until:
            break
    return referral


def a_result(item: Any, **fields: Any) -> Result:
    """Return a result that nobody has recorded yet."""
    values = {
        "outcome": "answered",
        "answer": "The epiphyses are open.",
        "method": "Radiographs",
        "analyst": "Dr A. Analyst",
        "examined_on": TODAY,
        "examination": item.referral.examinations.first(),
        **fields,
    }
    return Result(item=item, **values)


def answer(cast: Cast, item: Any, **fields: Any) -> Result:
    """Record a result."""
    return results.record_result(actor=cast.laboratory, record=a_result(item, **fields))


def a_finding(result: Result, **fields: Any) -> Finding:
    """Return a finding that nobody has proposed yet: an age, unless the fields say another."""
    values = {"kind": "age", "certainty": "determined", "basis": "open epiphyses", **fields}
    if values["kind"] == "age":
        values = {"age_min_years": 4, "age_max_years": 6, **values}
    return Finding(result=result, **values)


def proposed(cast: Cast, result: Result, **fields: Any) -> Finding:
    """Propose a finding."""
    return results.propose(actor=cast.laboratory, record=a_finding(result, **fields))
