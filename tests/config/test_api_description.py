"""The description of the interface is whole, raises no doubt in its maker, and is read without a network."""

from __future__ import annotations

import json
from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from cases.api.problems import MEDIA_TYPE
from config.api_pages import description

METHODS = {"get", "post", "patch"}


@pytest.fixture(scope="module")
def described() -> Any:
    GENERATOR_STATS.reset()
    description.cache_clear()
    return json.loads(description())


def operations(described: Any) -> dict[str, Any]:
    return {
        operation["operationId"]: operation
        for operations in described["paths"].values()
        for operation in operations.values()
    }


def test_the_description_is_valid_and_made_without_a_warning(described: Any) -> None:
    assert described["openapi"] == "3.1.0"
    validate_schema(described)
    assert not GENERATOR_STATS, GENERATOR_STATS._warn_cache | GENERATOR_STATS._error_cache


def test_every_operation_has_a_name_of_its_own_a_summary_and_all_of_its_refusals(described: Any) -> None:
    listed = [operation for operations in described["paths"].values() for operation in operations.values()]
    assert len(operations(described)) == len(listed)
    for name, operation in operations(described).items():
        assert operation["description"], name
        assert 3 < len(operation["summary"]) < 120, (name, operation["summary"])
        refused = {status for status in operation["responses"] if status >= "400"}
        assert {"400", "401", "403", "406", "429", "500"} <= refused, name
        for status in refused:
            assert operation["responses"][status] == {"$ref": f"#/components/responses/Refused{status}"}


def test_every_refusal_is_a_problem_with_an_example(described: Any) -> None:
    for response in described["components"]["responses"].values():
        assert set(response["content"]) == {MEDIA_TYPE}
        assert response["description"]
        [example] = response["content"][MEDIA_TYPE]["examples"].values()
        assert example["value"]["code"]


def test_every_record_that_is_sent_has_its_enumerations_and_an_example(described: Any) -> None:
    find = described["components"]["schemas"]["Find"]
    assert find["properties"]["status"]["enum"][0] == "located"
    assert find["required"] == ["id", "withheld"]
    assert find["example"]["category"] == "body"
    asked = described["components"]["schemas"]["FindRequest"]
    assert set(asked["required"]) == {"site", "category"}
    assert asked["additionalProperties"] is False


def test_what_changes_a_record_asks_for_its_version_and_what_is_posted_for_a_key(described: Any) -> None:
    for name, operation in operations(described).items():
        headers = {
            described["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]["name"]
            for parameter in operation.get("parameters", [])
            if "$ref" in parameter
        }
        assert ("428" in operation["responses"]) == ("If-Match" in headers), name
        posts = any(
            operation in item.values() and item.get("post") is operation
            for item in described["paths"].values()
        )
        assert posts == ("Idempotency-Key" in headers), name
