"""Many programs at once, a network that loses answers, and a server that dies: each change has one effect or none."""

from __future__ import annotations

import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from django.db import connections

from cases.models import LedgerEntry
from remains.models import Find
from tests.actors import Cast, make_cast
from tests.mortal_server import serving
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

#: Times a request is sent at most, and when the server dies of it.
MOST_SENT = 5
MOMENTS = (None, None, "before", "after")


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[str]:
    """Return the address of a server that may die."""
    with serving() as address:
        yield address


def session_of(cast: Cast, address: str) -> Callable[[], httpx.Client]:
    """Return what makes a client with the session of the investigator."""
    session = signed_in(cast.investigator).cookies["sessionid"].value
    token = "t" * 32

    def opened() -> httpx.Client:
        return httpx.Client(
            base_url=f"{address}/api/v1",
            cookies={"sessionid": session, "csrftoken": token},
            headers={"X-CSRFToken": token},
            timeout=120,
            # The server closes what is idle; a request that meets this has no answer, and so no known effect.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    return opened


def all_at_once(count: int, act: Callable[[int], None]) -> None:
    """Let so many act at the same time, and raise what any of them raised."""
    faults: list[BaseException] = []
    start = threading.Barrier(count)

    def run(at: int) -> None:
        try:
            start.wait()
            act(at)
        except BaseException as fault:  # noqa: BLE001 - raised again in the test
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def change_with_versions(address: str, threads: int, changes: int) -> None:
    """Change one field of one record, each time from the version that was read, and from what 412 shows."""
    cast = make_cast()
    said: Counter[int] = Counter()
    opened = session_of(cast, address)

    def act(at: int) -> None:
        with opened() as client:
            path = f"/finds/{cast.find_a.pk}"
            tag = client.get(path).headers["ETag"]
            for change in range(changes):
                body = {"description": f"{at}-{change}"}
                answer = client.patch(path, json=body, headers={"If-Match": tag})
                said[answer.status_code] += 1
                assert answer.status_code in {200, 412}, answer.text
                tag = answer.headers["ETag"]

    all_at_once(threads, act)
    cast.find_a.refresh_from_db()
    assert sum(said.values()) == threads * changes
    assert said[200] == cast.find_a.version - 1
    written = LedgerEntry.objects.filter(record_id=str(cast.find_a.pk), action="remains.find.changed")
    assert said[200] == written.count() > 0


def post_again_and_again(address: str, threads: int, posts: int) -> None:
    """Log finds, each under a key of its own, until an answer comes; then send some once more."""
    cast = make_cast()
    first: dict[str, Any] = {}
    opened = session_of(cast, address)

    def act(at: int) -> None:
        lots = random.Random(at)
        for post in range(posts):
            name = f"{at}-{post}"
            answer = _until_answered(opened, cast, name, str(uuid.uuid4()), lots)
            first[name] = answer["id"]

    all_at_once(threads, act)
    logged = Counter(
        Find.objects.filter(case=cast.case_a).exclude(description="").values_list("description", flat=True)
    )
    assert set(logged.values()) == {1}
    assert set(logged) == set(first)
    assert {str(pk) for pk in Find.objects.filter(description__in=first).values_list("pk", flat=True)} == set(
        first.values()
    )


def _until_answered(opened: Any, cast: Cast, name: str, key: str, lots: random.Random) -> Any:
    body = {"site": str(cast.site_a.pk), "category": "bone", "description": name}
    answers: list[Any] = []
    sends = lots.randint(1, MOST_SENT)
    while len(answers) < sends:
        # The last times, nobody dies of it; others that die in the same process may still take it along.
        moment = lots.choice(MOMENTS) if len(answers) < sends - 1 else None
        headers = {"Idempotency-Key": key, **({"X-Die": moment} if moment else {})}
        try:
            with opened() as client:
                answer = client.post("/finds", json=body, headers=headers)
        except httpx.TransportError:
            answers.append(None)
            sends += moment is None
            continue
        if answer.status_code == 409:
            assert answer.json()["code"] == "idempotency.in_flight"
            continue
        assert answer.status_code == 201, answer.text
        answers.append(answer.json())
    got = [answer for answer in answers if answer is not None]
    assert all(answer == got[0] for answer in got)
    return got[0]


def test_a_few_programs_change_one_field_with_as_many_effects_as_answers(server: str) -> None:
    change_with_versions(server, threads=5, changes=6)


def test_a_few_requests_that_are_sent_again_have_one_effect_each(server: str) -> None:
    post_again_and_again(server, threads=3, posts=4)


@pytest.mark.slow
def test_fifty_programs_change_one_field_with_as_many_effects_as_answers(server: str) -> None:
    change_with_versions(server, threads=50, changes=200)


@pytest.mark.slow
def test_many_requests_that_are_sent_again_have_one_effect_each(server: str) -> None:
    post_again_and_again(server, threads=12, posts=40)
