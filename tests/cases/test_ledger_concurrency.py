"""Eight people write at once into three cases: no number is missing, none is given twice, every hash is right."""

from __future__ import annotations

import random
import threading
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from psycopg import errors

from cases.ledger.context import change
from cases.ledger.entries import chain_of
from cases.ledger.verify import verify_all
from cases.models import LedgerEntry
from tests.actors import INSTALLER, Cast, make_case, make_site
from tests.owner import NAMED, connect

WRITERS = 8
TURNS = 40
FIND = (
    "INSERT INTO remains_find (id, case_id, site_id, number, serial, category, status, handling, withdrawn_reason,"
    " finder_as_named, description, position, bindings_note, blindfold_note, clothing_note, storage_place, remarks)"
    " VALUES (%s, %s, %s, %s, %s, 'bone', 'located', 'open', '', '', '', '', '', '', '', '', '')"
)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_eight_writers_leave_no_gap_and_no_wrong_hash(cast: Cast) -> None:
    with change(INSTALLER, "tests.case.made"):
        case_c = make_case("C-1", cast.agency)
        site_c = make_site(case_c, "CCC01")
    places = [(cast.case_a, cast.site_a), (cast.case_b, cast.site_b), (case_c, site_c)]
    before = LedgerEntry.objects.count()
    written = [0] * WRITERS
    faults: list[BaseException] = []

    def write(number: int) -> None:
        chance = random.Random(number)
        serial = 1_000 * (number + 1)
        with connect(settings.TAPHOS_APP_ROLE) as own:
            for _turn in range(TURNS):
                case, site = chance.choice(places)
                keep = chance.random() > 0.1
                with own.transaction(force_rollback=not keep):
                    own.execute(NAMED)
                    entries = 0
                    for _ in range(chance.randint(1, 3)):
                        serial += 1
                        find = uuid4()
                        own.execute(FIND, [find, case.id, site.id, f"{site.code}-{serial}", serial])
                        own.execute("UPDATE remains_find SET bags = 1 WHERE id = %s", [find])
                        entries += 2
                written[number] += entries if keep else 0

    def guarded(number: int) -> None:
        try:
            write(number)
        except BaseException as fault:  # noqa: BLE001 - told by the test, not lost with its thread
            faults.append(fault)

    threads = [threading.Thread(target=guarded, args=[number]) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert LedgerEntry.objects.count() - before == sum(written)
    assert [str(fault) for report in verify_all() for fault in report.faults] == []


@pytest.mark.django_db(transaction=True)
def test_a_reader_of_a_chain_can_miss_nothing_that_commits_later(cast: Cast) -> None:
    """The second writer waits for the first, so a number is never visible before the number below it."""
    rename = "UPDATE cases_site SET name = %s WHERE id = %s"
    with connect(settings.TAPHOS_APP_ROLE) as first, connect(settings.TAPHOS_APP_ROLE) as second:
        first.autocommit = second.autocommit = False
        first.execute(NAMED)
        first.execute(rename, ["first", cast.site_a.id])
        second.execute("SET LOCAL lock_timeout = '100ms'")
        second.execute(NAMED)
        with pytest.raises(errors.LockNotAvailable):
            second.execute(FIND, [uuid4(), cast.case_a.id, cast.site_a.id, "X-1", 500])
        second.rollback()
        second.execute(NAMED)
        second.execute(rename, ["other case", cast.site_b.id])  # another case does not wait
        second.commit()
        first.commit()
    assert _intact("A-1", "B-1")


@pytest.mark.django_db(transaction=True)
def test_a_writer_on_an_old_snapshot_is_refused_and_breaks_nothing(cast: Cast) -> None:
    with connect(settings.TAPHOS_APP_ROLE) as old, connect(settings.TAPHOS_APP_ROLE) as fresh:
        old.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        old.execute("SELECT count(*) FROM cases_site")
        with fresh.transaction():
            fresh.execute(NAMED)
            fresh.execute(FIND, [uuid4(), cast.case_a.id, cast.site_a.id, "X-1", 500])
        old.execute(NAMED)
        with pytest.raises((errors.UniqueViolation, errors.SerializationFailure)):
            old.execute(FIND, [uuid4(), cast.case_a.id, cast.site_a.id, "X-2", 501])
        old.execute("ROLLBACK")
    assert _intact("A-1")


def _intact(*numbers: str) -> bool:
    from cases.ledger.verify import verify_chain

    chains: list[Any] = [chain_of(number) for number in numbers]
    return all(verify_chain(chain).intact for chain in chains)
