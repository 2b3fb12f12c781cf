"""A change of state, seen as it happened."""

from __future__ import annotations

import pytest

from automaton.core import events as ev
from automaton.core.events import State
from tests.core.story import Story


def story(change: str, state: State = State.RUNNING) -> Story:
    do = '[{notify: ops, text: "${it.from} ${it.to}"}]'
    return Story(f"rules: [{{id: a, when: {{state: {change}}}, do: {do}}}]", state=state)


@pytest.mark.parametrize(
    ("change", "was", "now"),
    [
        ("running -> stopping", State.RUNNING, State.STOPPING),
        ("starting|running -> stopping", State.STARTING, State.STOPPING),
        ("any -> running", State.STARTING, State.RUNNING),
        ("stopping -> any", State.STOPPING, State.OFFLINE),
        ("offline -> starting|running", State.OFFLINE, State.STARTING),
    ],
)
def test_a_change_that_fits_fires_and_both_states_are_in_it(change: str, was: State, now: State) -> None:
    assert story(change, was).state(5.0, now).calls == [f"5 notify ops: {was} {now}"]


@pytest.mark.parametrize("change", ["running -> offline", "starting -> any", "any -> running"])
def test_another_change_does_not(change: str) -> None:
    assert story(change).state(5.0, State.STOPPING).calls == []


def test_a_state_that_is_told_twice_is_no_change() -> None:
    assert story("any -> any").state(5.0, State.RUNNING).calls == []


def test_a_first_status_after_a_lost_link_is_a_report() -> None:
    told = story("any -> any").at(5.0, ev.LinkLost).at(9.0, ev.LinkUp)
    told.at(9.0, ev.StateReported, state=State.OFFLINE)

    assert told.calls == []
