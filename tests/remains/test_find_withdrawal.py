"""Withdrawing finds and what they hang on: by whom, until when, and what stands in the way."""

from __future__ import annotations

import datetime as dt

import pytest

from cases.ledger.context import change
from cases.models import Context, Site
from cases.services.record import withdraw_record
from remains.models import Find, Lineage
from remains.services.find import apply_transition, log_find, split_find, withdraw
from tests.actors import INSTALLER, Cast
from tests.refused import database_refuses, refused, run

WITHDRAWN = "SET withdrawn_at = now(), withdrawn_reason = 'x' WHERE id = %s"


def received(cast: Cast, *, retained: bool = False) -> Find:
    find = log_find(
        actor=cast.investigator,
        record=Find(
            case=cast.case_a, site=cast.site_a, category="commingled", lifted_on=dt.date(2024, 2, 22)
        ),
    )
    find = apply_transition(actor=cast.custodian, find=find, name="receive")
    if retained:
        find = apply_transition(actor=cast.prosecutor, find=find, name="retain", reason="court order")
    return find


def test_who_logs_finds_withdraws_them_while_they_are_in_the_field(cast: Cast) -> None:
    withdrawn = withdraw(actor=cast.investigator, record=cast.find_a, reason="a stone")
    assert withdrawn.withdrawn_at is not None


def test_once_received_a_find_is_withdrawn_by_a_prosecutor_only(cast: Cast) -> None:
    find = received(cast)
    with refused("find.received", "status"):
        withdraw(actor=cast.investigator, record=find, reason="a stone")
    with database_refuses("remains_find_received", cast.investigator):
        run(f"UPDATE remains_find {WITHDRAWN}", find.pk)
    assert withdraw(actor=cast.prosecutor, record=find, reason="a stone").withdrawn_at is not None


@pytest.mark.parametrize("name", ["investigator", "prosecutor"])
def test_what_the_court_retains_is_withdrawn_by_nobody(cast: Cast, name: str) -> None:
    find = received(cast, retained=True)
    with refused("find.retained", "status"):
        withdraw(actor=cast.people[name], record=find, reason="a stone")
    with database_refuses("remains_find_retained", cast.people[name]):
        run(f"UPDATE remains_find {WITHDRAWN}", find.pk)


def test_the_field_does_not_divide_what_the_court_retains(cast: Cast) -> None:
    find = received(cast, retained=True)
    with refused("find.retained", "status"):
        split_find(actor=cast.investigator, find=find, parts=[Find(category="bone")], reason="two people")
    with database_refuses("remains_find_retained", cast.investigator):
        Lineage.objects.create(
            case=cast.case_a, parent=find, child=cast.find_a, kind="split", reason="two people"
        )


def test_a_site_and_a_context_stay_while_finds_hang_on_them(cast: Cast) -> None:
    with change(INSTALLER, "tests.context.made"):
        context = Context.objects.create(case=cast.case_a, site=cast.site_a, number="1", kind="fill")
        Find.objects.filter(pk=cast.find_a.pk).update(context=context)
    with refused("context.has_finds"):
        withdraw_record(actor=cast.investigator, record=context, reason="none")
    with database_refuses("remains_find_context_kept"):
        run(f"UPDATE cases_context {WITHDRAWN}", context.pk)
    with refused("site.has_contexts"):
        withdraw_record(actor=cast.investigator, record=cast.site_a, reason="none")
    withdraw(actor=cast.investigator, record=cast.find_a, reason="a stone")
    withdraw_record(actor=cast.investigator, record=context, reason="none")
    assert withdraw_record(actor=cast.investigator, record=cast.site_a, reason="none").withdrawn_at


def test_a_site_stays_for_finds_and_does_not_tell_of_those_out_of_sight(cast: Cast) -> None:
    with refused("site.has_finds"):
        withdraw_record(actor=cast.investigator, record=cast.site_a, reason="none")
    with database_refuses("remains_find_site_kept"):
        run(f"UPDATE cases_site {WITHDRAWN}", cast.site_a.pk)
    with change(INSTALLER, "tests.find.hidden"):
        Find.objects.filter(pk=cast.find_a.pk).update(handling="humanitarian")
    with refused("record.held"):
        withdraw_record(actor=cast.investigator, record=cast.site_a, reason="none")
    assert Site.objects.get(pk=cast.site_a.pk).withdrawn_at is None
