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
        link = (rule, match)
        rounds = {one: times for one, times in self.rounds.items() if one != link}
        while len(rounds) >= LONGEST:  # strangers choose what a match says
            del rounds[next(iter(rounds))]
        return Chain({**rounds, link: self.rounds.get(link, 0) + 1})


NO_CHAIN = Chain({})


@dataclass(slots=True)
class LastTyped:
    """The last command of ours at one server's console."""

    at: float
    chain: Chain


class Loops:
    """By server: what was typed last, and why."""

    def __init__(self) -> None:
        self._last: dict[str, LastTyped] = {}

    def typed(self, server: str, chain: Chain, mono: float) -> None:
        self._last[server] = LastTyped(mono, chain)

    def chain(self, server: str, rule: str, fields: Mapping[str, FieldValue], mono: float) -> Chain:
        """The chain that a fire of this rule on this match continues."""
        last = self._last.get(server)
        before = last.chain if last is not None and mono - last.at <= ANSWERS_WITHIN else NO_CHAIN
        return before.with_(rule, _match(fields))

    def forget(self, server: str) -> None:
        self._last.pop(server, None)


def turns_round(chain: Chain, rule: str, fields: Mapping[str, FieldValue]) -> bool:
    """Whether this rule has come round too often on this match."""
    return chain.rounds.get((rule, _match(fields)), 0) > ROUNDS


def _match(fields: Mapping[str, FieldValue]) -> Match:
    """What a match says, apart from numbers and the line around it: times and counts differ in a circle."""
    return frozenset(
        (name, "#" if _NUMBER.fullmatch(str(value)) else str(value))
        for name, value in fields.items()
        if name != "line"
    )
