"""Loops: a rule that is set off by its own output, alone or by way of others.

A line that follows a command of ours within two seconds may be its answer. A rule that fires on such lines
again and again with the same match, each time because of its own command, is in a loop. Players who come
one after the other are no loop: their names differ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from automaton.core.events import FieldValue

ANSWERS_WITHIN = 2.0  # seconds
ROUNDS = 5  # with the same match; the next one is held
HELD_FOR = 60.0  # seconds for which a rule in a loop does not open
LONGEST = 50  # matches that one chain remembers

_NUMBER = re.compile(r"[\d.,:]+")
Match = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chain:
    """The rules that led to a command, each with its match and how often that came in this chain."""

    rounds: Mapping[tuple[str, Match], int]

    def with_(self, rule: str, match: Match) -> Chain:
        """The chain with one more round of this rule and match, which becomes its latest link."""
        link = (rule, match)
        rounds = {one: times for one, times in self.rounds.items() if one != link}
        while len(rounds) >= LONGEST:  # players choose what a match says, so its length must be bounded
            del rounds[next(iter(rounds))]
        return Chain({**rounds, link: self.rounds.get(link, 0) + 1})


NO_CHAIN = Chain({})


@dataclass(frozen=True, slots=True)
class FireCause:
    """Why a rule fires: its match, and the chain of our own commands that led to it."""

    before: Chain
    rule: str
    fields: Mapping[str, FieldValue]

    @property
    def rounds(self) -> int:
        """How often the rule has fired on this match in the chain, this time included."""
        if not self.before.rounds:
            return 1
        return self.before.rounds.get((self.rule, _match(self.fields)), 0) + 1

    def chain(self) -> Chain:
        """The chain that commands of this rule's run belong to."""
        return self.before.with_(self.rule, _match(self.fields))


@dataclass(frozen=True, slots=True)
class LastTyped:
    """Our last command at one server's console."""

    at: float
    chain: Chain


class Loops:
    """The last command typed at each server, and what led to it."""

    def __init__(self) -> None:
        self._last: dict[str, LastTyped] = {}

    def typed(self, server: str, cause: FireCause | None, mono: float) -> None:
        """Notes a command that goes out; `cause` is None for a poll, which belongs to no rule."""
        self._last[server] = LastTyped(mono, NO_CHAIN if cause is None else cause.chain())

    def cause(self, server: str, rule: str, fields: Mapping[str, FieldValue], mono: float) -> FireCause:
        """What led to a match of this rule: perhaps the last command, if that was just now."""
        last = self._last.get(server)
        is_answer = last is not None and mono - last.at <= ANSWERS_WITHIN
        return FireCause(last.chain if last is not None and is_answer else NO_CHAIN, rule, fields)

    def forget(self, server: str) -> None:
        """Forgets a server that is gone."""
        self._last.pop(server, None)


def _match(fields: Mapping[str, FieldValue]) -> Match:
    """What makes two matches the same: fields without `line` and numbers, which differ in a loop too."""
    return frozenset(
        (name, "#" if _NUMBER.fullmatch(str(value)) else str(value))
        for name, value in fields.items()
        if name != "line"
    )
