"""Nothing new hangs on a withdrawn record, also when both are written at the same moment by two connections."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.utils import timezone

from cases.ledger.context import change
from cases.models import Site, SiteHazard
from cases.refusals import Refusal
from cases.services.record import create_record
from remains.models import Find
from tests.actors import INSTALLER, SINCE, Cast, make_find, make_site
from tests.cases.test_ledger_concurrency import FIND
from tests.owner import NAMED, connect
from tests.refused import database_refuses, run

#: Seconds after which a test gives up waiting for the other side to wait.
PATIENCE = 20
WAITING_FOR_ME = "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
WITHDRAWN = "UPDATE cases_site SET withdrawn_at = now(), withdrawn_reason = 'twice' WHERE id = %s"
RESTRICTED = "UPDATE cases_site SET handling = 'investigation' WHERE id = %s"


def withdrawn(site: Site) -> None:
    with change(INSTALLER, "tests.site.withdrawn"):
        Site.objects.filter(pk=site.pk).update(withdrawn_at=timezone.now(), withdrawn_reason="twice")


@pytest.fixture
def empty_site(cast: Cast) -> Site:
    """A site of case A on which nothing hangs."""
    with change(INSTALLER, "tests.site.made"):
        return make_site(cast.case_a, "E1")


@pytest.mark.django_db
def test_a_record_is_neither_recorded_at_a_withdrawn_one_nor_moved_to_it(
    cast: Cast, empty_site: Site
) -> None:
    with change(INSTALLER, "tests.hazard.made"):
        part = SiteHazard.objects.create(
            case=cast.case_a, site=cast.site_a, kind_id="hazard.mines", reported_on=SINCE
        )
    withdrawn(empty_site)
    with database_refuses("remains_find_parent_withdrawn"):
        make_find(empty_site, 1)
    with database_refuses("cases_sitehazard_parent_withdrawn"):
        run("UPDATE cases_sitehazard SET site_id = %s WHERE id = %s", empty_site.pk, part.pk)


@pytest.mark.django_db
def test_what_hangs_on_a_withdrawn_record_already_may_still_change(cast: Cast, empty_site: Site) -> None:
    with change(INSTALLER, "tests.hazard.made"):
        part = SiteHazard.objects.create(
            case=cast.case_a, site=empty_site, kind_id="hazard.mines", reported_on=SINCE
        )
    withdrawn(empty_site)
    with change(INSTALLER, "tests.hazard.changed"):
        run("UPDATE cases_sitehazard SET description = 'cleared' WHERE id = %s", part.pk)


def meanwhile(first: Callable[[Any], None], then: Callable[[], Any]) -> Any:
    """Do `then` while another connection has done `first` and not committed it; that waits until `then` waits for it.

    Returns what `then` raised, or None; fails unless one had to wait for the other.
    """
    begun = threading.Event()
    waited: list[bool] = []

    def rival() -> None:
        with connect(settings.TAPHOS_APP_ROLE) as own, own.transaction():
            own.execute(NAMED)
            first(own)
            begun.set()
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until and not waited:
                own.execute("SELECT pg_stat_clear_snapshot()")  # who waits is else asked once a transaction
                row = own.execute(WAITING_FOR_ME).fetchone()
                if row and row[0]:
                    waited.append(True)

    thread = threading.Thread(target=rival)
    thread.start()
    assert begun.wait(PATIENCE)
    try:
        then()
    except (psycopg.Error, Refusal) as refusal:
        return refusal
    finally:
        thread.join()
        assert waited
    return None


def by_another_connection(statement: str, values: list[Any]) -> None:
    with connect(settings.TAPHOS_APP_ROLE) as own, own.transaction():
        own.execute(NAMED)
        own.execute(statement, values)


@pytest.mark.django_db(transaction=True)
def test_a_find_is_refused_at_a_site_that_is_being_withdrawn(cast: Cast, empty_site: Site) -> None:
    values = [uuid4(), cast.case_a.pk, empty_site.pk, "E1-0001", 1]
    refusal = meanwhile(
        lambda own: own.execute(WITHDRAWN, [empty_site.pk]), lambda: by_another_connection(FIND, values)
    )
    assert refusal.diag.constraint_name == "remains_find_parent_withdrawn"
    assert not Find.objects.filter(site=empty_site).exists()


@pytest.mark.django_db(transaction=True)
def test_a_site_is_not_withdrawn_while_a_find_is_being_logged(cast: Cast, empty_site: Site) -> None:
    values = [uuid4(), cast.case_a.pk, empty_site.pk, "E1-0001", 1]
    refusal = meanwhile(
        lambda own: own.execute(FIND, values), lambda: by_another_connection(WITHDRAWN, [empty_site.pk])
    )
    assert refusal.diag.constraint_name == "remains_find_site_kept"
    assert Site.objects.get(pk=empty_site.pk).withdrawn_at is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("meanwhile_it_is", "rule"),
    [
        (WITHDRAWN, "cases_sitehazard_parent_withdrawn"),
        (RESTRICTED, "cases_sitehazard_handling_of_parent"),
    ],
)
def test_nothing_is_moved_to_a_site_that_is_being_withdrawn_or_restricted(
    cast: Cast, empty_site: Site, meanwhile_it_is: str, rule: str
) -> None:
    with change(INSTALLER, "tests.hazard.made"):
        part = SiteHazard.objects.create(
            case=cast.case_a, site=cast.site_a, kind_id="hazard.mines", reported_on=SINCE
        )
    refusal = meanwhile(
        lambda own: own.execute(meanwhile_it_is, [empty_site.pk]),
        lambda: by_another_connection(
            "UPDATE cases_sitehazard SET site_id = %s WHERE id = %s", [empty_site.pk, part.pk]
        ),
    )
    assert refusal.diag.constraint_name == rule


@pytest.mark.django_db(transaction=True)
def test_the_service_says_it_kindly(cast: Cast, empty_site: Site) -> None:
    hazard = SiteHazard(case=cast.case_a, site=empty_site, kind_id="hazard.mines", reported_on=SINCE)
    refusal = meanwhile(
        lambda own: own.execute(WITHDRAWN, [empty_site.pk]),
        lambda: create_record(actor=cast.investigator, record=hazard),
    )
    assert refusal.code == "record.parent_withdrawn"
    assert not SiteHazard.objects.exists()
