"""A change of the power state as it is written: `starting|running -> offline`."""

from __future__ import annotations

from dataclasses import dataclass

from automaton.core.events import State
from automaton.core.stable_names import stable_name
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid
from automaton.problem import Problem

ANY = "any"


@stable_name("StateChange")
@dataclass(frozen=True, slots=True)
class StateChange:
    """A change from one of the states `was` to one of the states `now`."""

    was: frozenset[State]
    now: frozenset[State]

    def fits(self, was: State, now: State) -> bool:
        """Whether this change is meant. From a state to itself is no change."""
        return was is not now and was in self.was and now in self.now


def parse_state_change(text: str) -> StateChange:
    """The change that a text describes; `any` is every state. Raises Invalid."""
    was, arrow, now = text.partition("->")
    if not arrow:
        raise Invalid(Problem("a change of state is written as `running -> offline`"))
    return StateChange(_states(was), _states(now))


def _states(text: str) -> frozenset[State]:
    words = [word.strip() for word in text.split("|")]
    if words == [ANY]:
        return frozenset(State)
    known = {state.value: state for state in State}
    for word in words:
        if word not in known:
            near = nearest(word, [*known, ANY])
            raise Invalid(Problem(f"unknown state `{word}`{did_you_mean(near)}", suggestion=near or ""))
    return frozenset(known[word] for word in words)
