"""A change of state, as it is written."""

from __future__ import annotations

import pytest

from automaton.core.events import State
from automaton.errors import Invalid
from automaton.schema.state_change import parse_state_change

OFFLINE, STARTING, RUNNING = State.OFFLINE, State.STARTING, State.RUNNING


@pytest.mark.parametrize(
    ("text", "was", "now", "fits"),
    [
        ("running -> offline", RUNNING, OFFLINE, True),
        ("running -> offline", STARTING, OFFLINE, False),
        ("running->offline", RUNNING, OFFLINE, True),
        ("starting|running -> offline", STARTING, OFFLINE, True),
        ("any -> running", OFFLINE, RUNNING, True),
        ("any|running -> offline", STARTING, OFFLINE, True),
        ("any -> any", RUNNING, RUNNING, False),
    ],
)
def test_a_change_fits(text: str, was: State, now: State, fits: bool) -> None:
    assert parse_state_change(text).fits(was, now) is fits


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("running", ""),
        ("runing -> any", "running"),
        ("-> offline", ""),
        ("any|running -> x", ""),
        ("any|runing -> offline", "running"),
        ("up -> exited", "any -> offline"),
        ("runing|starting -> offline", "any -> offline"),
    ],
)
def test_what_is_no_change_says_so(text: str, suggestion: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_state_change(text)

    assert suggestion in caught.value.problem.suggestion
