"""One operation: what is posted, and whom it is for."""

from __future__ import annotations

import pytest

from automaton.web.pages.api_operation import Operation
from automaton.web.rule_request import KeyWanted


@pytest.mark.parametrize(
    ("one", "method", "is_for_operators"),
    [
        (Operation(name="a", path="/a", summary="", shape=dict, answer={}), "GET", False),
        (Operation(name="a", path="/a", summary="", shape=dict, answer={}, needs_operator=True), "GET", True),
        (Operation(name="a", path="/a", summary="", shape=dict, answer={}, acts=True), "POST", True),
        (Operation(name="a", path="/a", summary="", shape=dict, answer={}, body=KeyWanted()), "POST", False),
    ],
)
def test_what_acts_or_has_a_body_is_posted_and_what_acts_is_for_operators(
    one: Operation, method: str, *, is_for_operators: bool
) -> None:
    assert (one.method, one.is_for_operators) == (method, is_for_operators)
