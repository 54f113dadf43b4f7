"""The same table of who may do what, asked of the interface for programs: it gives nobody more than the pages do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Code
from config.api import KINDS as API_KINDS
from tests.actors import Cast
from tests.signed_in import signed_in
from tests.test_routes import EVERYBODY, KINDS, Kind, _kinds_made

#: Addresses about the interface itself, and who reads them.
ABOUT = {"api:root": EVERYBODY, "api:openapi": None, "api:docs": None, "api:redoc": None}
#: What is done at an address below a kind of record, by the name of its method there.
ACTIONS = ("list", "detail", "bulk", "withdraw", "handling", "transitions", "transition")


def stem(view_set: Any) -> str:
    return f"{view_set.model._meta.app_label}_{view_set.model._meta.model_name}"


def has(view_set: Any, action: str) -> bool:
    return hasattr(view_set, action)


def expected(made: dict[type, list[Any]]) -> Iterator[tuple[str, str, str, dict[str, int]]]:
    """Yield route, method, address and the status for each person. Nothing is changed: no version is named."""
    for name, view_set in API_KINDS.items():
        kind: Kind = KINDS[stem(view_set)]
        view: Any = view_set
        record = made[view.model][0]
        known = kind.unseen

        def to(page: str, *more: str, name: str = name, record: Any = record) -> str:
            return reverse(f"api:{name}-{page}", args=[] if page in {"list", "bulk"} else [record.pk, *more])

        def who(may: frozenset[str], yes: int, *, kind: Kind = kind, known: int = known) -> dict[str, int]:
            return {who: yes if who in may else 403 if who in kind.sees else known for who in EVERYBODY}

        lists = {who: 200 if who in kind.lists or kind.unseen == 404 else 403 for who in EVERYBODY}
        adds = {who: 422 if who in kind.adds else 403 for who in EVERYBODY}
        yield f"api:{name}-list", "GET", to("list"), lists
        yield f"api:{name}-detail", "GET", to("detail"), who(kind.sees, 200)
        if has(view, "create"):
            yield f"api:{name}-list", "POST", to("list"), adds
            yield f"api:{name}-bulk", "POST", to("bulk"), adds
        if has(view, "partial_update"):
            yield f"api:{name}-detail", "PATCH", to("detail"), who(kind.changes, 428)
        if has(view, "withdraw"):
            yield f"api:{name}-withdraw", "POST", to("withdraw"), who(kind.withdraws or frozenset(), 428)
        if has(view, "handling"):
            handles = kind.changes if kind.handles is None else kind.handles
            yield f"api:{name}-handling", "POST", to("handling"), who(handles, 428)
        if has(view, "transition"):
            yield f"api:{name}-transitions", "GET", to("transitions"), who(kind.sees, 200)
            for way, people in kind.ways.items():
                yield f"api:{name}-transition", "POST", to("transition", way), who(people, 428)
            yield f"api:{name}-transition", "POST", to("transition", "nowhere"), dict.fromkeys(EVERYBODY, 404)


def api_routes() -> set[str]:
    """Return the names of the addresses that the tables here know."""
    made: Any = {view_set.model: [Code(pk="x.x")] for view_set in API_KINDS.values()}  # type: ignore[attr-defined]
    return {route for route, *_rest in expected(made)} | set(ABOUT)


def ask(client: Client, method: str, url: str) -> Any:
    if method == "GET":
        return client.get(url)
    return client.generic(
        method, url, json.dumps({}), content_type="application/json", headers={"Idempotency-Key": url[-200:]}
    )


@pytest.mark.parametrize("name", sorted(EVERYBODY))
def test_the_interface_answers_as_the_table_says(name: str, cast: Cast) -> None:
    made = _kinds_made(cast)
    client = signed_in(cast.people[name])
    wrong = []
    for _route, method, url, people in expected(made):
        status = ask(client, method, url).status_code
        if status != people[name]:
            wrong.append(f"{method} {url}: {status}, not {people[name]}")
    assert not wrong, "\n".join(wrong)


def test_nobody_passes_without_credentials(cast: Cast) -> None:
    made = _kinds_made(cast)
    client = Client()
    refused = {(method, url): ask(client, method, url) for _route, method, url, _who in expected(made)}
    wrong = [asked for asked, answer in refused.items() if answer.status_code not in {401, 429}]
    assert wrong == []
    first = next(iter(refused.values()))
    assert first["WWW-Authenticate"] == 'Bearer realm="Taphos"'
    assert first.json()["code"] == "auth.required"


def test_the_description_is_for_everybody_and_the_rest_is_not(cast: Cast) -> None:
    for route, people in ABOUT.items():
        assert Client().get(reverse(route)).status_code == (200 if people is None else 401)
        assert signed_in(cast.nobody).get(reverse(route)).status_code == 200


def test_the_transitions_of_a_kind_are_those_of_its_workflow() -> None:
    for view_set in API_KINDS.values():
        view: Any = view_set
        ways = (
            {transition.name for transition in view.workflow.transitions}
            if has(view, "transition")
            else set()
        )
        assert ways == set(KINDS[stem(view)].ways)
