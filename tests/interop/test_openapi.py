"""Schemathesis asks all that the OpenAPI document allows: no fault, and no answer that is not described."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mscgraph.cli.answering import operations

if TYPE_CHECKING:
    from schemathesis import Case

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def api(server: str) -> Any:
    """The API of a server of the small graph."""
    return schemathesis.openapi.from_url(f"{server}/api/openapi.json")


@pytest.mark.parametrize("name", operations())
def test_every_answer_is_described(api: Any, name: str) -> None:
    @settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=api[f"/api/{name}"]["GET"].as_strategy())
    def ask(case: Case) -> None:
        case.call_and_validate(checks=CHECKS)

    ask()


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_values_are_taken_as_are_described(server: str, count: int) -> None:
    """Parameters of a fixed number of values refuse any other, whatever the values look like."""
    said = requests.get(f"{server}/api/openapi.json", timeout=60).json()
    pairs = [
        (path, one["name"])
        for path, methods in said["paths"].items()
        for one in methods["get"]["parameters"]
        if one["schema"].get("maxItems") == 2
    ]
    assert ("/api/export", "paths") in pairs
    for path, name in pairs:
        asked = {"format": "turtle", name: ["MSC", "EAE", "--output=x"][:count]}
        found = requests.get(f"{server}{path}", params=asked, timeout=60)
        assert found.status_code == 400
        assert found.json()["detail"].startswith(f"{name} takes 2 values, not {count}")
