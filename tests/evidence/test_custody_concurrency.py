"""Two people answer one hand-over, or hand one item over, at the same moment: one of them comes first, once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from cases.refusals import Refusal
from evidence.models import CustodyEvent, Holding
from evidence.services import custody, custody_answer
from evidence.services.custody_answer import Arrival
from evidence.services.holder import Holder
from evidence.services.item import lock_keys
from tests.actors import Cast
from tests.cases.test_handling_concurrency import PATIENCE, WAITING_FOR_ME
from tests.evidence.things import events, held, holders, sent
from tests.owner import connect


def at_once(thing: Any, acts: list[Callable[[], Any]]) -> list[str]:
    """Begin every act while the item is locked, let them go together, and return what became of each."""
    outcomes: list[str] = []

    def run(act: Callable[[], Any]) -> None:
        try:
            act()
            outcomes.append("done")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    with transaction.atomic():
        lock_keys({"exhibit": [thing.pk]})
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            [backend] = cursor.fetchone()
        for thread in threads:
            thread.start()
        with connect(settings.TAPHOS_APP_ROLE) as other:
            asked = WAITING_FOR_ME.replace("pg_backend_pid()", str(backend))
            until = time.monotonic() + PATIENCE
            waiting = 0
            # The second waits behind the first, so one that waits for us is enough once both are waiting at all.
            while time.monotonic() < until and waiting < len(acts):
                row = other.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0"
                ).fetchone()
                waiting = row[0] if row else 0
            assert other.execute(asked).fetchone()[0] >= 1  # type: ignore[index]
    for thread in threads:
        thread.join(PATIENCE)
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_acceptances_at_once_one_counts(cast: Cast) -> None:
    thing = held(cast)
    [event] = events(sent(cast, thing, to=Holder(agency=cast.agency)))

    def accept(person: Any) -> Callable[[], Any]:
        return lambda: custody_answer.accept(actor=person, arrivals=[Arrival(event)])

    assert at_once(thing, [accept(cast.custodian), accept(cast.anthropologist)]) == [
        "custody.answered",
        "done",
    ]
    assert holders(thing) == ["Investigator", "Prosecution Office A"]
    assert Holding.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_hand_overs_at_once_one_is_open(cast: Cast) -> None:
    thing = held(cast)

    def release(person: Any) -> Callable[[], Any]:
        return lambda: custody.release(
            actor=cast.investigator, items=[thing], to=Holder(person=person), purpose="x"
        )

    assert at_once(thing, [release(cast.custodian), release(cast.anthropologist)]) == [
        "custody.on_its_way",
        "done",
    ]
    assert CustodyEvent.objects.count() == 1
