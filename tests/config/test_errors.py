"""Pages for what is refused or failed: in our look, with a way forward, without internals."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from config import errors

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CLUE = "suspect-name-in-an-exception"


def _raise(exception: type[Exception]) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        raise exception(CLUE)

    return view


def _post(request: HttpRequest) -> HttpResponse:
    return HttpResponse("saved")


FAULTS = {"bad": SuspiciousOperation, "denied": PermissionDenied, "gone": Http404, "broken": RuntimeError}


class Routes:
    """A URL configuration with one failing view a kind, as pages and under `/api/`, and our handlers."""

    from config.urls import urlpatterns as ours

    urlpatterns = [
        *(path(f"fault/{name}", _raise(fault)) for name, fault in FAULTS.items()),
        *(path(f"api/fault/{name}", _raise(fault)) for name, fault in FAULTS.items()),
        path("fault/post", _post),
        *ours,
    ]
    handler400, handler403 = staticmethod(errors.bad_request), staticmethod(errors.permission_denied)
    handler404, handler500 = staticmethod(errors.page_not_found), staticmethod(errors.server_error)


pytestmark = [pytest.mark.django_db, pytest.mark.urls.with_args(Routes)]


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


STATUS = [("bad", 400), ("denied", 403), ("gone", 404), ("broken", 500)]


@pytest.mark.parametrize(("fault", "status"), STATUS)
def test_page_has_our_look_and_no_internals(visitor: Client, fault: str, status: int) -> None:
    response = visitor.get(f"/fault/{fault}")
    page = response.content.decode()
    assert response.status_code == status
    assert "Taphos</title>" in page
    assert 'class="way-forward"' in page
    for internal in (CLUE, "Traceback", "RuntimeError", "fault/"):
        assert internal not in page


@pytest.mark.parametrize(("fault", "status"), STATUS)
def test_api_answers_with_a_problem_and_no_internals(visitor: Client, fault: str, status: int) -> None:
    response = visitor.get(f"/api/fault/{fault}")
    problem = json.loads(response.content)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert problem["status"] == response.status_code == status
    assert problem["type"] == f"urn:taphos:problem:{problem['code']}"
    assert CLUE not in response.content.decode()


@pytest.mark.parametrize("fault", ["bad", "broken"])
def test_reference_on_the_page_stands_in_the_log_beside_the_exception(
    visitor: Client, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    shown = UUID.search(visitor.get(f"/fault/{fault}").content.decode())
    assert shown
    record = next(record for record in caplog.records if record.name == "taphos.incident")
    assert shown.group() in record.getMessage()
    assert record.exc_info
    assert CLUE in str(record.exc_info[1])


def test_what_does_not_exist_and_what_may_not_be_seen_look_the_same(visitor: Client) -> None:
    assert visitor.get("/fault/gone").content == visitor.get("/there-is-no-such-page").content


def test_stranger_host_name_is_refused_with_our_page(visitor: Client) -> None:
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        response = visitor.get("/fault/gone", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


def test_form_without_its_token_is_told_so() -> None:
    response = Client(enforce_csrf_checks=True).post("/fault/post")
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()


def test_failing_error_page_still_answers(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(templates: list[str]) -> None:
        raise RuntimeError(CLUE)

    monkeypatch.setattr("config.errors.loader.select_template", fail)
    response = errors.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert UUID.search(response.content.decode())
    assert CLUE not in response.content.decode()
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.ERROR]


def test_error_pages_ask_the_database_nothing(visitor: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        for fault in FAULTS:
            visitor.get(f"/fault/{fault}")


def test_error_page_stands_without_collected_static_files(
    monkeypatch: pytest.MonkeyPatch, visitor: Client
) -> None:
    def missing(path: str) -> str:
        raise ValueError(path)

    monkeypatch.setattr(errors, "static", missing)
    response = visitor.get("/fault/gone")
    assert response.status_code == 404
    assert "stylesheet" not in response.content.decode()
