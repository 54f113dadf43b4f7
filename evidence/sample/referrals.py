"""Enters the referrals of a sample, step by step, each by the person whose step it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from cases.models import Agency, Case, User
from evidence.models import Examination, Finding, Referral, Result
from evidence.sample.document import ReferralEntry, ResultEntry
from evidence.services import custody as custody_door
from evidence.services import referral as referrals_door
from evidence.services import referral_item as items_door
from evidence.services import result as results_door
from evidence.services import seal as seals_door
from evidence.services.item import held_items
from evidence.services.referral_receipt import Receipt
from remains.models import Specimen


def people_of(entry: ReferralEntry) -> set[str]:
    """Return the roles without which a referral cannot be entered."""
    return {entry.by, *(step.by for step in entry.steps)}


def enter_referral(
    entry: ReferralEntry,
    *,
    case: Case,
    laboratory: Agency,
    who: Callable[[str], User],
    named: Callable[[Any], Any],
    values: Callable[..., dict[str, Any]],
) -> Referral:
    """Draft a referral and take its steps; `named` finds what an item of the file means."""
    actor = who(entry.by)
    referral = referrals_door.draft(
        actor=actor,
        record=Referral(
            case=case,
            laboratory=laboratory,
            urgency=entry.urgency,
            due_on=timezone.localdate() + dt.timedelta(days=entry.due_in_days),
            background=entry.background,
        ),
    )
    asked = {
        each.key: items_door.add_examination(
            actor=actor,
            record=Examination(
                case=case, referral=referral, kind_id=f"examination.{each.kind}", question=each.question
            ),
        )
        for each in entry.examinations
    }
    things = [(named(item), item.seal) for item in entry.items]
    for (thing, _seal), item in zip(things, entry.items, strict=True):
        items_door.add_items(actor=actor, referral=referral, subjects=[thing], asked=item.asked)
    for step in entry.steps:
        if step.name == "dispatch":
            _into_custody(things, who(step.by))
        if step.name == "receive":
            _receive(referral, entry, who(step.by))
        if step.name == "report":
            _answer(referral, entry.results, asked, who(step.by), values)
        referral = referrals_door.apply_transition(
            actor=who(step.by), referral=referral, name=step.name, reason=step.reason
        )
    return referral


def _into_custody(things: list[tuple[Any, str]], custodian: User) -> None:
    """Let the custodian take what is sent, or the find in which it lies, and seal it."""
    for thing, number in things:
        kept = thing.find if isinstance(thing, Specimen) else thing
        if held_items([kept]).held[kept.pk].effective is None:
            custody_door.take_in(actor=custodian, items=[kept])
        if number:
            seals_door.apply_seal(actor=custodian, item=kept, number=number)


def _receive(referral: Referral, entry: ReferralEntry, analyst: User) -> None:
    receipts = [
        Receipt(item.pk, entry.condition_on_arrival, sent.seal, True if sent.seal else None)
        for item, sent in zip(referral.items.current().order_by("position"), entry.items, strict=True)
    ]
    results_door.acknowledge(actor=analyst, referral=referral, receipts=receipts)


def _answer(
    referral: Referral,
    entries: tuple[ResultEntry, ...],
    asked: Mapping[str, Examination],
    analyst: User,
    values: Callable[..., dict[str, Any]],
) -> None:
    items = {item.position: item for item in referral.items.current()}
    for entry in entries:
        given = values(entry, "item", "examination", "findings")
        result = results_door.record_result(
            actor=analyst,
            record=Result(
                item=items[entry.item],
                examination=asked[entry.examination],
                examined_on=timezone.localdate(),
                **given,
            ),
        )
        for finding in entry.findings:
            results_door.propose(actor=analyst, record=Finding(result=result, **values(finding)))
