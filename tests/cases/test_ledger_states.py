"""Since when a record is in its status: set by the database, told by the ledger, and the same in both."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.ledger.context import change
from cases.ledger.entries import chain_of
from cases.ledger.states import check_states, stays_of, timed_tables
from cases.ledger.verify import verify_chain
from cases.models import Case, LedgerEntry, Site
from cases.services.site import change as change_site
from cases.workflows import SITE
from evidence.models import Referral
from remains.models import Find
from tests.actors import INSTALLER, Cast, make_find, make_site
from tests.owner import triggers_off
from tests.year import Year


def taken(actor: Any, site: Site, *names: str) -> Site:
    for name in names:
        site = SITE.apply(actor=actor, record=site, name=name, reason="seen")
    site.refresh_from_db()
    return site


def test_a_status_begins_with_the_entry_that_records_it(cast: Cast) -> None:
    site = taken(cast.investigator, cast.site_a, "verify")
    entry = LedgerEntry.objects.filter(record_id=str(site.pk)).latest("seq")
    apart = entry.at_us - site.status_since.timestamp() * 1e6
    assert 0 <= apart < 1e6


def test_what_is_not_a_change_of_status_leaves_its_time_alone(cast: Cast) -> None:
    site = taken(cast.investigator, cast.site_a, "verify")
    since = site.status_since
    site.name = "Old well"
    change_site(actor=cast.investigator, record=site, version=site.version)
    site.refresh_from_db()
    assert (site.name, site.status_since) == ("Old well", since)


def test_nobody_writes_the_time_of_a_status_by_hand(cast: Cast) -> None:
    long_ago = dt.datetime(1999, 1, 1, tzinfo=dt.UTC)
    with change(INSTALLER, "tests.state.attacked"):
        Site.objects.filter(pk=cast.site_a.pk).update(status_since=long_ago)
        made = make_site(cast.case_a, "OLD01", status_since=long_ago)
    cast.site_a.refresh_from_db()
    made.refresh_from_db()
    assert long_ago not in {cast.site_a.status_since, made.status_since}


def test_the_stays_of_many_records_are_one_question(cast: Cast) -> None:
    with change(INSTALLER, "tests.state.made"):
        finds = [make_find(cast.site_a, serial) for serial in range(2, 12)]
    with CaptureQueriesContext(connection) as asked:
        stays = stays_of(finds)
    assert len(asked) == 1
    assert {len(found) for found in stays.values()} == {1}


def test_each_stay_ends_where_the_next_begins(cast: Cast) -> None:
    site = taken(cast.investigator, cast.site_a, "verify", "excavate", "exhumed")
    stays = stays_of([site])[site.pk]
    assert [stay.status for stay in stays] == ["reported", "verified", "excavation", "exhumed"]
    assert [stay.until for stay in stays] == [*(stay.since for stay in stays[1:]), None]
    assert stays[-1].since == site.status_since
    assert {stay.actor_name for stay in stays[1:]} == {"Investigator"}


def test_what_happened_while_a_record_was_kept_from_somebody_is_not_told_them(cast: Cast) -> None:
    site = cast.site_a

    def handled(handling: str) -> None:
        site.refresh_from_db()
        site.handling = handling
        with change(INSTALLER, "tests.state.handled"):
            site.save()

    make_nothing_hang(cast)
    handled("investigation")
    taken(cast.investigator, site, "verify")
    handled("open")
    taken(cast.investigator, site, "excavate")
    told = stays_of([site], cast.liaison)[site.pk]
    assert [(stay.status, stay.until is None) for stay in told] == [
        ("reported", True),
        ("verified", False),
        ("excavation", True),
    ]
    verified = stays_of([site], cast.prosecutor)[site.pk][1]
    assert told[1].since > verified.since
    assert "Investigator" not in {stay.actor_name for stay in told[:2]}


def make_nothing_hang(cast: Cast) -> None:
    """Give what hangs on the site the handling that the site will have."""
    with change(INSTALLER, "tests.state.handled"):
        Find.objects.filter(site=cast.site_a).update(handling="investigation")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("forged", ["status_since + interval '1 day'", "status_since - interval '1 day'"])
def test_verification_finds_a_time_that_was_changed_behind_the_triggers(cast: Cast, forged: str) -> None:
    with triggers_off("cases_site") as owner:
        owner.execute(f"UPDATE cases_site SET status_since = {forged} WHERE id = %s", [cast.site_a.pk])
    assert [fault.what.value for fault in check_states(chain_of("A-1")).faults] == ["state"]
    assert check_states(chain_of("B-1")).intact
    assert not verify_chain(chain_of("A-1")).intact  # type: ignore[arg-type]


def recomputed() -> dict[tuple[str, str], dt.datetime]:
    """Return since when every record is in its status, entry by entry and by nothing but the ledger's own times."""
    since: dict[tuple[str, str], tuple[str, dt.datetime]] = {}
    for entry in LedgerEntry.objects.filter(table_name__in=timed_tables()).order_by("chain", "seq"):
        key, status = (entry.table_name, entry.record_id), Year.status_in(entry.payload)
        if key not in since or since[key][0] != status:
            since[key] = (
                status,
                dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=entry.at_us),
            )
    return {key: at for key, (_status, at) in since.items()}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("finds", [40, pytest.param(1_000, marks=pytest.mark.slow)])
def test_the_time_in_every_status_of_a_years_work_is_what_the_ledger_gives(finds: int) -> None:
    Year(seed=5).work(finds)
    expected = recomputed()
    told = {}
    for table, model in timed_tables().items():
        records: list[Any] = list(model._base_manager.all())
        for record in records:
            told[table, str(record.pk)] = record.status_since
        for pk, stays in stays_of(records).items():
            assert stays[-1].since == told[table, str(pk)]
    assert told == expected
    span = max(told.values()) - min(told.values())
    assert span > dt.timedelta(days=200), "the year was not spread over a year"
    assert Case.objects.exclude(status="preliminary").exists()
    assert Referral.objects.exclude(status="draft").exists()
    assert check_states(None).intact
