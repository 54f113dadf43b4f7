"""What is no request of ours is refused with what is wrong about it, before anything is done."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cases.models import Site
from tests.actors import Cast
from tests.calling import Caller, problem


@pytest.fixture
def investigator(cast: Cast) -> Caller:
    return Caller(cast.investigator)


@pytest.fixture
def site(cast: Cast) -> dict[str, Any]:
    """What a new site needs."""
    return {"case": str(cast.case_a.pk), "code": "NEW", "name": "New"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "request.malformed"),
        (b'{"code": NaN}', "request.number"),
        (b'{"longitude": 1e999}', "request.number"),
        (b'{"longitude": ' + b"1" * 5000 + b"}", "request.number"),
        (b'{"code": "a", "code": "b"}', "request.name_twice"),
        (b'{"code": "a\\u0000b"}', "request.sign"),
        (b'{"outline": {"a\\u0000": 1}}', "request.sign"),
        (b'{"code": "\\ud800"}', "request.sign"),
        (b'{"code": "\xff"}', "request.not_utf8"),
        (b"[" * 100_000, "request.too_deep"),
        (b'{"outline":' * 33 + b"1" + b"}" * 33, "request.too_deep"),
    ],
)
def test_what_is_not_json_as_it_should_be_is_refused(investigator: Caller, body: bytes, code: str) -> None:
    problem(investigator.post("/sites", body), 400, code)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", 7),
        ("code", None),
        ("name", ["a"]),
        ("longitude", "east"),
        ("longitude", True),
        ("longitude", 400),
        ("site_type", 3),
        ("burial_edtf", "yesterday"),
        ("handling", "secret"),
        ("handling", 1),
        ("case", "nonsense"),
        ("case", 12),
    ],
)
def test_a_value_of_another_kind_is_refused_at_its_field(
    investigator: Caller, site: dict[str, Any], field: str, value: Any
) -> None:
    answer = investigator.post("/sites", {**site, field: value})
    said = problem(answer, 422, "record.required" if value is None else "record.invalid", field)
    assert [fault["field"] for fault in said["errors"]] == [field]


def test_unknown_and_read_only_fields_are_refused_by_name(
    investigator: Caller, site: dict[str, Any], cast: Cast
) -> None:
    answer = investigator.post("/sites", {**site, "status": "verified", "version": 3, "colour": "red"})
    faults = problem(answer, 422, "request.read_only_field")["errors"]
    assert {(fault["field"], fault["code"]) for fault in faults} == {
        ("status", "request.read_only_field"),
        ("version", "request.read_only_field"),
        ("colour", "request.unknown_field"),
    }
    assert Site.objects.count() == 2


def test_all_faults_of_a_record_are_said_at_once(investigator: Caller) -> None:
    faults = problem(investigator.post("/sites", {"longitude": "x"}), 422, "record.required")["errors"]
    assert {fault["field"] for fault in faults} == {"case", "code", "name", "longitude"}


def test_a_body_that_is_no_object_is_refused(investigator: Caller) -> None:
    problem(investigator.post("/sites", [1]), 422, "request.not_object")
    problem(investigator.post("/sites", "null"), 422, "request.not_object")


def test_a_large_body_is_refused_unread(investigator: Caller, settings: Any) -> None:
    settings.TAPHOS_API_BODY_BYTES = 2_000
    answer = investigator.post("/sites", json.dumps({"name": "x" * 50_000_000}))
    problem(answer, 413, "request.too_large")


def test_other_media_types_are_refused(investigator: Caller) -> None:
    answer = investigator.client.post("/api/v1/sites", {"code": "x"}, headers={"Idempotency-Key": "k"})
    problem(answer, 415, "request.media_type")
    problem(investigator.get("/sites", headers={"Accept": "text/csv"}), 406, "request.not_acceptable")


def test_other_methods_are_refused(investigator: Caller, cast: Cast) -> None:
    for method in ("PUT", "DELETE", "OPTIONS"):
        answer = investigator.client.generic(method, f"/api/v1/sites/{cast.site_a.pk}")
        problem(answer, 405, "request.method")
        assert "GET" in answer["Allow"]


@pytest.mark.parametrize("name", ["access_token", "token", "api_key", "client_secret", "Password"])
def test_a_secret_in_the_address_is_refused(investigator: Caller, name: str) -> None:
    for path in ("/", "/sites"):
        secret: Any = {name: "x"}
        problem(investigator.get(path, **secret), 400, "auth.secret_in_address", name)


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"status": "nope"}, "status"),
        ({"case": "nope"}, "case"),
        ({"burial_earliest_on_from": "1.2.1992"}, "burial_earliest_on_from"),
        ({"limit": "0"}, "limit"),
        ({"limit": "501"}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"ordering": "remarks"}, "ordering"),
        ({"fields": "code,colour"}, "fields"),
        ({"search": "x" * 201}, "search"),
        ({"search": "a\x00"}, "search"),
        ({"code": "a\x00"}, "code"),
        ({"cursor": "x"}, "cursor"),
        ({"status": ["reported", "verified"]}, "status"),
        ({"withdrawn": "true"}, "withdrawn"),
    ],
)
def test_a_parameter_that_says_nothing_is_refused(
    investigator: Caller, parameters: dict[str, Any], field: str
) -> None:
    answer = investigator.get("/sites", **parameters)
    assert answer.status_code == 400, answer.content
    assert answer.json()["field"] == field


def test_what_cannot_be_seen_and_what_is_not_there_are_one_answer(investigator: Caller, cast: Cast) -> None:
    paths = [
        f"/sites/{cast.site_b.pk}",
        "/sites/018d8f6e-7a3b-7c55-9d0f-2f6f0a4d1c11",
        "/sites/nonsense",
        "/sites/%00",
        "/nothing/at/all",
    ]
    answers = [investigator.get(path) for path in paths]
    changes = [investigator.patch(path, {"name": "x"}, version=1) for path in paths[:4]]
    actions = [investigator.post(f"{path}/withdraw", {"reason": "x"}, version=1) for path in paths[:4]]
    assert {answer.status_code for answer in [*answers, *changes, *actions]} == {404}
    assert len({answer.content for answer in [*answers, *changes, *actions]}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers[:4]}) == 1


def test_a_reference_to_what_cannot_be_seen_is_one_to_nothing(investigator: Caller, cast: Cast) -> None:
    unseen = investigator.post("/finds", {"site": str(cast.site_b.pk), "category": "bone"})
    absent = investigator.post("/finds", {"site": "018d8f6e-7a3b-7c55-9d0f-2f6f0a4d1c11", "category": "bone"})
    assert problem(unseen, 422, "record.reference_unknown", "site").keys() == absent.json().keys()
    assert unseen.json()["title"] == absent.json()["title"]
    problem(
        investigator.post(
            "/sites", {"case": str(cast.case_a.pk), "code": "x", "name": "y", "site_type": "hazard.mines"}
        ),
        422,
        "record.reference_unknown",
        "site_type",
    )
