"""The description of `/api/v1`: whole, up to date, and of one mind with the daemon's routes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from automaton.web.pages.api_operation import Operation
from automaton.web.pages.api_operations import OPERATIONS
from automaton.web.pages.openapi import ALWAYS, openapi, openapi_text

DOCUMENT = openapi()
COMMITTED = Path(__file__).parents[3] / "docs" / "openapi.json"
BY_NAME = pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)


def described(one: Operation) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][one.path][one.method.lower()]
    return found


def fits(value: object, schema: dict[str, Any]) -> list[str]:
    """What is wrong with a value by a schema of the document."""
    whole = {**schema, "components": DOCUMENT["components"]}
    return [error.message for error in Draft202012Validator(whole).iter_errors(value)]


@BY_NAME
def test_an_operation_has_what_a_reader_needs(one: Operation) -> None:
    found = described(one)
    (content,) = found["responses"]["200"]["content"].values()

    assert one.summary.endswith(".")
    assert found["description"].startswith(
        f"Needs the role `{'operator' if one.is_for_operators else 'viewer'}`."
    )
    assert {*map(str, ALWAYS), "200"} <= found["responses"].keys()
    assert content["example"]
    assert ("400" in found["responses"]) >= (one.method == "POST" or 400 in one.refusals)
    assert ({"408", "413"} <= found["responses"].keys()) == (one.method == "POST")


@BY_NAME
def test_examples_are_of_the_shape_that_is_described(one: Operation) -> None:
    found = described(one)
    (content,) = found["responses"]["200"]["content"].values()
    if one.streams:
        assert fits(msgspec.json.decode(content["example"]), content["schema"]["contentSchema"]) == []
    else:
        assert fits(content["example"], content["schema"]) == []
    if one.body is not None:
        sent = found["requestBody"]["content"]["application/json"]
        assert fits(sent["example"], sent["schema"]) == []
        assert (
            type(one.body)
            is msgspec.json.decode(msgspec.json.encode(one.body), type=type(one.body)).__class__
        )


def test_what_is_committed_is_what_is_served() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == openapi_text(), "make docs"


def test_every_reference_leads_somewhere() -> None:
    def references(node: object) -> set[str]:
        if isinstance(node, dict):
            own = {str(node["$ref"])} if "$ref" in node else set()
            return own.union(*(references(value) for value in node.values()))
        return set().union(*(references(value) for value in node)) if isinstance(node, list) else set()

    for reference in references(DOCUMENT):
        node: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]
