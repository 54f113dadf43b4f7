"""A program that is not ours reads the description and asks all that it allows, and more: no answer is undescribed.

As several kinds of people, and as a client.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings

from cases.models import Case, Code
from cases.services import client as clients
from config.api import KINDS
from tests.actors import Cast
from tests.cases.test_client_service import new_client
from tests.scene import Scene, fill_system
from tests.signed_in import signed_in

schemathesis = pytest.importorskip("schemathesis")

#: Examples for each operation, of requests as they should be and as they should not.
FEW, MANY = 1, 3
#: Kinds that differ most from each other; all others are asked in the long run.
SOME = {"", "cases", "codes", "finds", "estimates"}


class Explorer:
    """Asks each operation as one caller, about records that are there and about some that are not."""

    def __init__(self, made: dict[type, list[Any]], **asking: Any) -> None:
        self.asking = asking
        self.lots = random.Random(7)
        self.known = {name: str(made[view.model][0].pk) for name, view in KINDS.items()}  # type: ignore[attr-defined]
        self.ids = [str(record.pk) for records in made.values() for record in records]

    def explore(self, examples: int, kinds: set[str] | None = None) -> None:
        """Ask, and check each answer against the description."""
        for operation in self.operations():
            if kinds is not None and operation.path.split("/")[3] not in kinds:
                continue
            for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
                if mode is schemathesis.GenerationMode.NEGATIVE and operation.method == "get":
                    continue  # what is wrong with a parameter is asked for in tests of its own
                self._ask(operation.as_strategy(generation_mode=mode), examples)

    @staticmethod
    def operations() -> Iterator[Any]:
        """Yield every operation of the description."""
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
        return (result.ok() for result in schema.get_all_operations())

    def _ask(self, strategy: Any, examples: int) -> None:
        @hypothesis_settings(
            max_examples=examples,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def ask(case: Any) -> None:
            self._mean_something(case)
            answer = case.call(**self.asking)
            case.validate_response(
                answer,
                checks=(
                    schemathesis.checks.not_a_server_error,
                    schemathesis.checks.status_code_conformance,
                    schemathesis.checks.content_type_conformance,
                    schemathesis.checks.response_headers_conformance,
                    schemathesis.checks.response_schema_conformance,
                ),
            )

        ask()

    def _mean_something(self, case: Any) -> None:
        """Mostly ask about a record that is there, at its version, and refer to such records."""
        name = case.path.split("/")[3] if case.path.count("/") > 2 else ""
        if "id" in case.path_parameters and self.lots.random() < 0.8 and name in self.known:
            case.path_parameters["id"] = self.known[name]
        if case.method == "POST" and self.lots.random() < 0.9:
            case.headers["Idempotency-Key"] = str(uuid.UUID(int=self.lots.getrandbits(128)))
        if case.method in {"POST", "PATCH"} and self.lots.random() < 0.8:
            case.headers["If-Match"] = ", ".join(f'"{version}"' for version in range(1, 9))
        if isinstance(case.body, dict):
            for field, value in case.body.items():
                if isinstance(value, str) and len(value) == 36 and self.lots.random() < 0.8:
                    case.body[field] = self.lots.choice(self.ids)


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Keep the connection of the test, in whose transaction everything happens."""
    for sent in (request_started, request_finished):
        sent.disconnect(close_old_connections)
    yield
    for sent in (request_started, request_finished):
        sent.connect(close_old_connections)


@pytest.fixture
def made(cast: Cast, settings: Any) -> dict[type, list[Any]]:
    settings.TAPHOS_API_CALLS_PER_MINUTE = settings.TAPHOS_API_ANONYMOUS_CALLS_PER_MINUTE = 10**6
    settings.ALLOWED_HOSTS = ["*"]
    return {
        **fill_system(1),
        **Scene(cast.case_a).fill(1),
        Case: [cast.case_a],
        Code: [Code.objects.get(pk="site_type.exec_grave")],
    }


def asking(cast: Cast, who: str) -> dict[str, Any]:
    """Return with what somebody shows who they are."""
    if who == "anonymous":
        return {}
    if who == "client":
        client = new_client(cast, scopes=["read", "contribute"])
        shown = clients.secret_shown(
            str(client.pk), clients.issue_secret(actor=cast.administrator, client=client)
        )
        assert shown is not None
        return {
            "headers": {"Authorization": f"Bearer {clients.issue_token(shown, ('read', 'contribute')).token}"}
        }
    session = signed_in(cast.people[who]).cookies["sessionid"].value
    return {"cookies": {"sessionid": session, "csrftoken": "t" * 32}, "headers": {"X-CSRFToken": "t" * 32}}


@pytest.mark.parametrize("who", ["investigator", "client"])
def test_no_answer_to_a_few_requests_is_undescribed(cast: Cast, made: Any, who: str) -> None:
    Explorer(made, **asking(cast, who)).explore(FEW, SOME)


@pytest.mark.slow
@pytest.mark.parametrize(
    "who",
    [
        "investigator",
        "anthropologist",
        "prosecutor",
        "liaison",
        "auditor",
        "administrator",
        "nobody",
        "client",
        "anonymous",
    ],
)
def test_no_answer_to_many_requests_is_undescribed(cast: Cast, made: Any, who: str) -> None:
    Explorer(made, **asking(cast, who)).explore(MANY)
