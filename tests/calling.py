"""A program that calls the interface, as somebody: JSON in, JSON out, with the headers that every change needs."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.test import Client

from cases.models import User
from tests.signed_in import signed_in

ROOT = "/api/v1"


class Caller:
    """Calls as one person."""

    def __init__(self, who: User | None = None, client: Client | None = None) -> None:
        self.client = client or (signed_in(who) if who is not None else Client())

    def get(self, path: str, /, *, headers: dict[str, str] | None = None, **parameters: Any) -> Any:
        """Read."""
        return self.client.get(f"{ROOT}{path}", parameters, headers=headers)

    def post(self, path: str, /, body: Any = None, *, key: str = "", version: Any = None, **more: str) -> Any:
        """Do something, once for each key."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4()), **_match(version), **more}
        return self.client.post(
            f"{ROOT}{path}", _written(body), content_type="application/json", headers=headers
        )

    def patch(self, path: str, /, body: Any, *, version: Any = None, **more: str) -> Any:
        """Change something from a version."""
        headers = {**_match(version), **more}
        return self.client.patch(
            f"{ROOT}{path}", _written(body), content_type="application/json", headers=headers
        )

    def made(self, path: str, /, **body: Any) -> Any:
        """Make a record and return it."""
        answer = self.post(path, body)
        assert answer.status_code == 201, answer.content
        return answer.json()


def _match(version: Any) -> dict[str, str]:
    if version is None:
        return {}
    return {"If-Match": version if isinstance(version, str) else f'"{version}"'}


def _written(body: Any) -> Any:
    return body if isinstance(body, (str, bytes)) else json.dumps({} if body is None else body)


def problem(answer: Any, status: int, code: str, field: str | None = None) -> Any:
    """Check a refusal, and return it."""
    assert answer.status_code == status, (answer.status_code, answer.content)
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["code"] == code, said
    assert said["type"] == f"urn:taphos:problem:{code}"
    assert said["status"] == status
    if field is not None:
        assert said["field"] == field, said
    return said
