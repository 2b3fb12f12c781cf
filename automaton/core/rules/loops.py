"""Loops: a rule whose own output sets it off, alone or by way of others.

A line that follows a command of ours within two seconds may be its answer. A rule that fires on such a
line for the same match again and again, each time by way of its own command, turns in a circle. Players
who come one after the other are no circle: their names differ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from automaton.core.events import FieldValue

ANSWERS_WITHIN = 2.0
ROUNDS = 5
HELD_FOR = 60.0
LONGEST = 50

_NUMBER = re.compile(r"[\d.,:]+")
Match = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chain:
    """Which rules led to a command, each with the match that it fired on and how often in this chain."""

    rounds: Mapping[tuple[str, Match], int]

    def with_(self, rule: str, match: Match) -> Chain:
        """The chain, one round longer."""
        link = (rule, match)
        rounds = {one: times for one, times in self.rounds.items() if one != link}
        while len(rounds) >= LONGEST:  # strangers choose what a match says
            del rounds[next(iter(rounds))]
        return Chain({**rounds, link: self.rounds.get(link, 0) + 1})


NO_CHAIN = Chain({})


@dataclass(frozen=True, slots=True)
class FireCause:
    """Why a rule fires: its match, and the chain that led to it by way of our own commands."""

    before: Chain
    rule: str
    fields: Mapping[str, FieldValue]

    @property
    def rounds(self) -> int:
        """How often the rule has come round to this match, this time among them."""
        if not self.before.rounds:
            return 1
        return self.before.rounds.get((self.rule, _match(self.fields)), 0) + 1

    def chain(self) -> Chain:
        """The chain that goes on from here, with what its run types."""
        return self.before.with_(self.rule, _match(self.fields))


@dataclass(frozen=True, slots=True)
class LastTyped:
    """The last command of ours at one server's console."""

    at: float
    chain: Chain


class Loops:
    """By server: what was typed last, and why."""

    def __init__(self) -> None:
        self._last: dict[str, LastTyped] = {}

    def typed(self, server: str, cause: FireCause | None, mono: float) -> None:
        """A command of ours goes out, because a rule fired or for no rule at all."""
        self._last[server] = LastTyped(mono, NO_CHAIN if cause is None else cause.chain())

    def cause(self, server: str, rule: str, fields: Mapping[str, FieldValue], mono: float) -> FireCause:
        """What a fire of this rule on this match follows from."""
        last = self._last.get(server)
        is_answer = last is not None and mono - last.at <= ANSWERS_WITHIN
        return FireCause(last.chain if last is not None and is_answer else NO_CHAIN, rule, fields)

    def forget(self, server: str) -> None:
        """The server is gone."""
        self._last.pop(server, None)


def _match(fields: Mapping[str, FieldValue]) -> Match:
    """What a match says, apart from numbers and the line around it: times and counts differ in a circle."""
    return frozenset(
        (name, "#" if _NUMBER.fullmatch(str(value)) else str(value))
        for name, value in fields.items()
        if name != "line"
    )
