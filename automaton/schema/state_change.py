"""A change of the power state as it is written: `starting|running -> offline`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from automaton.core.events import State
from automaton.core.stable_names import stable_name
from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid
from automaton.problem import Problem
from automaton.words_of_others import At, meant_word

ANY = "any"
_EXPECTED = "`offline`, `starting`, `running`, `stopping` or `any`"


def known_states() -> list[str]:
    """The states as they are written."""
    return [state.value for state in State]


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
        word = text.strip()
        to = word if word in known_states() else meant_word(At.STATE, word)
        cure = f"any -> {to}" if to in known_states() else ""
        message = "a change of state is written with an arrow, from what it was to what it became"
        raise Invalid(Problem(message, expected="" if cure else "`any -> offline`", suggestion=cure))
    wrong = [word for side in (was, now) for word in _words(side) if word not in [*known_states(), ANY]]
    if wrong:
        raise Invalid(_unknown(text, wrong))
    return StateChange(_states(was), _states(now))


def _words(side: str) -> list[str]:
    return [word.strip() for word in side.split("|")]


def _states(side: str) -> frozenset[State]:
    words = _words(side)
    return frozenset(State) if ANY in words else frozenset(map(State, words))


def _unknown(text: str, words: list[str]) -> Problem:
    """For a change with words that are no states: what is meant, if that is clear of all of them."""
    known = [*known_states(), ANY]
    instead = {word: meant_word(At.STATE, word) or nearest(word, known) or "" for word in words}
    whole = re.sub(r"[^\s|>-]+", lambda found: instead.get(found[0], found[0]), text).strip()
    what = "unknown state" if len(words) == 1 else "unknown states"
    told = " and ".join(f"`{word}`" for word in words)
    if not set(instead.values()) <= set(known):  # a fact of its own, and no state
        return Problem(f"{what} {told}", expected=_EXPECTED)
    if _sees_no_stop(whole):
        expected = "`any -> offline` for every end, `stopping -> offline` for stops alone"
        return Problem(f"{what} {told}", expected=expected, suggestion=f"{ANY} -> {State.OFFLINE.value}")
    if len(words) == 1:
        near = instead[words[0]]
        return Problem(f"{what} {told}{did_you_mean(near)}", suggestion=near)
    return Problem(f"{what} {told}", suggestion=whole)


def _sees_no_stop(text: str) -> bool:
    """Whether a change, of known states, to `offline` leaves out `stopping`: hardly what is meant."""
    was, _, now = text.partition("->")
    return _states(now) == {State.OFFLINE} and _states(was) <= {State.RUNNING, State.STARTING}
