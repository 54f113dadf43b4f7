"""Somebody hangs a record on another while that one's handling is being changed: nothing is left out."""

from __future__ import annotations

import threading
import time
from uuid import uuid4

import pytest
from django.conf import settings

from cases.models import Site
from cases.services.handling import set_handling
from remains.models import Find
from tests.actors import Cast
from tests.cases.test_ledger_concurrency import FIND
from tests.owner import NAMED, connect

#: Seconds after which a test gives up waiting for the other side to wait.
PATIENCE = 20
WAITING_FOR_ME = "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"


@pytest.mark.django_db(transaction=True)
def test_a_find_that_is_being_logged_is_waited_for_and_restricted_with_its_site(cast: Cast) -> None:
    logged = threading.Event()
    seen_waiting: list[bool] = []

    def log() -> None:
        with connect(settings.TAPHOS_APP_ROLE) as own, own.transaction():
            own.execute(NAMED)
            own.execute(FIND, [uuid4(), cast.case_a.id, cast.site_a.id, "KHJ01-0500", 500])
            logged.set()
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until and not seen_waiting:
                row = own.execute(WAITING_FOR_ME).fetchone()
                if row and row[0]:
                    seen_waiting.append(True)

    thread = threading.Thread(target=log)
    thread.start()
    assert logged.wait(PATIENCE)
    set_handling(
        actor=cast.investigator, record=cast.site_a, handling="investigation", reason="court", version=1
    )
    thread.join()
    assert seen_waiting
    assert Site.objects.get(pk=cast.site_a.pk).handling == "investigation"
    assert set(Find.objects.filter(site=cast.site_a).values_list("serial", "handling")) == {
        (1, "investigation"),
        (500, "investigation"),
    }
