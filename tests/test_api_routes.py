"""The same table of who may do what, asked of the interface for programs: it gives nobody more than the pages do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from cases.ledger.tables import recorded_tables
from cases.models import Appointment, Case, Client, ClientSecret, Code, Webhook
from cases.models.topic import Topic
from config.api import KINDS as API_KINDS
from evidence.models import FileAlarm
from tests.actors import Cast
from tests.signed_in import signed_in
from tests.test_routes import (
    ANTHROPOLOGIST,
    ASKING,
    EVERYBODY,
    FIELD,
    INVESTIGATORS,
    KINDS,
    PROSECUTORS,
    TEAM,
    Kind,
    _also_in_b,
    kinds_made,
    written_by,
)

#: Addresses about the interface itself, and who reads them.
ABOUT = {"api:root": EVERYBODY, "api:openapi": None, "api:docs": None, "api:redoc": None}
#: Where a client gets its token: nothing is read there.
TOKEN = {"api:token"}
#: What the programs of partners read of a case. A person is no partner: to people there is nothing.
PARTNERS = {"api:sync": 200, "api:changes": 404, "api:snapshot": 404}
#: Kinds of records that have no page of their own, but an address.
ONLY_HERE = {
    "cases_discloseditem": Kind(),
    "cases_sharingsource": Kind(),
    "evidence_placement": Kind(withdraws=None, handles=FIELD | {"custodian"}),
    "evidence_expertreport": Kind(),
    "remains_lineage": Kind(sees=TEAM),
    "remains_statedgroup": written_by(INVESTIGATORS | PROSECUTORS),
}
HOLDERS = FIELD | {"custodian"}
ADDS = {"measurements": ANTHROPOLOGIST}
#: Who drafted an assessment may change it, which is asked of whoever could have.
CHANGES = {"assessments": ANTHROPOLOGIST}
#: Kinds of which a laboratory, which comes in by another door, does a part.
WITH_LABORATORY = {"evidence_referral", "evidence_finding"}
#: Kinds whose ways ask for more than a reason, and have addresses of their own.
OWN_WAYS = {"cases_contribution"}
#: What the public is told is decided on the pages, where all of it is read.
ON_PAGES = {"cases_publicpage", "cases_publicupdate"}
#: What every kind does in the same way, below.
STANDARD = {"bulk_create", "withdraw", "handling", "transitions", "transition"}
#: What only some kinds do, and who may: at a record, or with several of them at once.
STEPS: dict[str, dict[str, frozenset[str]]] = {
    "cases": dict.fromkeys(("hand_over", "propose_closure", "withdraw_closure_proposal"), PROSECUTORS),
    "finds": dict.fromkeys(("split", "merge", "move_to"), FIELD),
    "estimates": {"supersede": FIELD},
    "individuals": dict.fromkeys(("gather", "merge"), ANTHROPOLOGIST),
    "individual-parts": {"leave": ANTHROPOLOGIST},
    "assessments": {"redraft": ANTHROPOLOGIST},
    "directions": {"reassign": PROSECUTORS | {"supervisor"}},
    "contributions": dict.fromkeys(("accept", "decline"), FIELD | PROSECUTORS),
    "referrals": {"add_items": FIELD},
    "exhibits": dict.fromkeys(("propose_disposal", "withdraw_disposal"), HOLDERS | PROSECUTORS),
    "consignments": dict.fromkeys(("accept", "refuse", "call_back"), HOLDERS),
    "seals": {"break_it": HOLDERS},
    "legal-holds": dict.fromkeys(("ask_lift", "decline_lift"), HOLDERS | PROSECUTORS),
    "findings": dict.fromkeys(("accept", "decline"), ANTHROPOLOGIST),
}
#: What is read at a record besides itself.
READ = {"assessments": {"proof"}}
#: What is done with several records at once; the outsider may in case B what is done in the field there.
JOINT = {
    "finds": {"merge_into_new": FIELD | {"outsider"}},
    "specimens": {"move_to": ANTHROPOLOGIST},
    "consignments": {"release": HOLDERS | {"outsider"}},
    "placements": {"put": HOLDERS | {"outsider"}},
    "seals": {"apply": HOLDERS | {"outsider"}},
    "holdings": {"take_in": HOLDERS | {"outsider"}, "enter_late": frozenset({"custodian"})},
}


def stem(view_set: Any) -> str:
    return f"{view_set.model._meta.app_label}_{view_set.model._meta.model_name}"


def has(view_set: Any, action: str) -> bool:
    return hasattr(view_set, action)


def expected(made: dict[type, list[Any]]) -> Iterator[tuple[str, str, str, dict[str, int]]]:
    """Yield route, method, address and the status for each person. Nothing is changed: no version is named."""
    for name, view_set in API_KINDS.items():
        view: Any = view_set
        kind: Kind = {**KINDS, **ONLY_HERE}[stem(view)]
        record = made[view.model][0]
        for page, method, people in (*_of_lists(name, view, kind), *_of_records(name, view, kind)):
            last, *more = page.split(" ")
            joint = last in {"list", "bulk", *map(url_name, JOINT.get(name, ()))}
            url = reverse(f"api:{name}-{last}", args=[] if joint else [record.pk, *more])
            yield f"api:{name}-{last}", method, url, people
    for route, status in PARTNERS.items():
        url = reverse(route, args=[] if status == 200 else [made[Case][0].pk])
        yield route, "GET", url, dict.fromkeys(EVERYBODY, status)


def _of_lists(name: str, view: Any, kind: Kind) -> Iterator[tuple[str, str, dict[str, int]]]:
    yield "list", "GET", {who: 200 if who in kind.lists or kind.unseen == 404 else 403 for who in EVERYBODY}
    joint = dict(JOINT.get(name, {}))
    if has(view, "create"):
        # On the pages, parts are added on those of what they belong to.
        adds = ADDS.get(name) or kind.adds or kind.changes | _also_in_b(kind.changes)
        joint |= {"list": adds, "bulk": adds}
    for action, people in joint.items():
        yield url_name(action), "POST", {who: 422 if who in people else 403 for who in EVERYBODY}


def _of_records(name: str, view: Any, kind: Kind) -> Iterator[tuple[str, str, dict[str, int]]]:
    def who(may: frozenset[str], yes: int) -> dict[str, int]:
        return {who: yes if who in may else 403 if who in kind.sees else kind.unseen for who in EVERYBODY}

    yield "detail", "GET", who(kind.sees, 200)
    yield from ((url_name(action), "GET", who(kind.sees, 200)) for action in READ.get(name, ()))
    steps = {url_name(action): people for action, people in STEPS.get(name, {}).items()}
    if has(view, "withdraw"):
        steps["withdraw"] = kind.withdraws or frozenset()
    if has(view, "handling"):
        steps["handling"] = kind.changes if kind.handles is None else kind.handles
    if has(view, "partial_update"):
        yield "detail", "PATCH", who(CHANGES.get(name, kind.changes), 428)
    if has(view, "transition"):
        yield "transitions", "GET", who(kind.sees, 200)
        yield "transition nowhere", "POST", dict.fromkeys(EVERYBODY, 404)
        steps |= {
            f"transition {way}": people for way, people in kind.ways.items() if way not in view.by_other_doors
        }
    yield from ((page, "POST", who(people, 428)) for page, people in steps.items())


def url_name(action: str) -> str:
    """Return the last part of the name of an address."""
    return {"move_to": "move", "break_it": "break"}.get(action, action).replace("_", "-")


def api_routes() -> set[str]:
    """Return the names of the addresses that the tables here know."""
    made: Any = {view_set.model: [Code(pk="x.x")] for view_set in API_KINDS.values()}  # type: ignore[attr-defined]
    return {route for route, *_rest in expected(made)} | set(ABOUT) | TOKEN


def ask(client: Browser, method: str, url: str) -> Any:
    if method == "GET":
        return client.get(url)
    return client.generic(
        method, url, json.dumps({}), content_type="application/json", headers={"Idempotency-Key": url[-200:]}
    )


@pytest.mark.parametrize("name", ASKING)
def test_the_interface_answers_as_the_table_says(name: str, cast: Cast) -> None:
    made = kinds_made(cast)
    client = signed_in(cast.people[name])
    wrong = []
    for _route, method, url, people in expected(made):
        status = ask(client, method, url).status_code
        if status != people[name]:
            wrong.append(f"{method} {url}: {status}, not {people[name]}")
    assert not wrong, "\n".join(wrong)


def test_nobody_passes_without_credentials(cast: Cast) -> None:
    made = kinds_made(cast)
    client = Browser()
    refused = {(method, url): ask(client, method, url) for _route, method, url, _who in expected(made)}
    wrong = [asked for asked, answer in refused.items() if answer.status_code not in {401, 429}]
    assert wrong == []
    first = next(iter(refused.values()))
    assert first["WWW-Authenticate"] == 'Bearer realm="Taphos"'
    assert first.json()["code"] == "auth.required"


def test_the_description_is_for_everybody_and_the_rest_is_not(cast: Cast) -> None:
    for route, people in ABOUT.items():
        assert Browser().get(reverse(route)).status_code == (200 if people is None else 401)
        assert signed_in(cast.nobody).get(reverse(route)).status_code == 200


def test_whatever_is_done_with_a_record_is_in_the_table() -> None:
    for name, view_set in API_KINDS.items():
        view: Any = view_set
        done = {action.__name__ for action in view.get_extra_actions()} - STANDARD
        assert done == {*STEPS.get(name, ()), *READ.get(name, ()), *JOINT.get(name, ())}, name


def test_every_kind_of_record_has_an_address() -> None:
    """Unless it is said here why not."""
    in_admin = "administrators do this in the admin, where the second factor is near"
    looked_after = "who keeps the files answers alarms on the pages, where the files are"
    without: dict[Any, str] = dict.fromkeys((Appointment, Client, ClientSecret, Webhook), in_admin)
    without[FileAlarm] = looked_after
    without[Topic] = "it is told with what is about it"
    kinds = {table.model for table in recorded_tables().values()}
    assert kinds - {view.model for view in API_KINDS.values()} == set(without)  # type: ignore[attr-defined]


def test_the_transitions_of_a_kind_are_those_of_its_workflow() -> None:
    for view_set in API_KINDS.values():
        view: Any = view_set
        ways = (
            {transition.name for transition in view.workflow.transitions if transition.offered}
            if has(view, "transition")
            else set()
        )
        said = set({**KINDS, **ONLY_HERE}[stem(view)].ways)
        assert ways == said or stem(view) in WITH_LABORATORY | OWN_WAYS | ON_PAGES
