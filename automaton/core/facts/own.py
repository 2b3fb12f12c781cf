"""Facts of an operator's own, as rule files define them, and those that a pack's game tells: a name, a kind,
and where its value comes from.

Law: what a game printed or an address answered is a stranger's text. It is bounded here, and becomes a value
of the fact's kind or none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from math import inf
from typing import Protocol

from automaton.core.calls import Call
from automaton.core.facts.kind import Fact, Kind
from automaton.core.json_path import JsonPath
from automaton.core.number_form import NumberForm
from automaton.core.pack import QueryProtocol
from automaton.core.ports import Selector
from automaton.core.stable_names import stable_name
from automaton.core.truth import Plain

VALUE, COUNTED = "value", "n"
"""The groups of a pattern of which one holds the value: the second is how packs write a number."""

LONGEST_TEXT = 200
"""Characters of a value that are kept: a version, a map, a name. `lines` keeps as many of a line."""

SHORTEST_TURN = 10.0
"""Seconds: what must be known sooner is printed by the game, or told by a hook."""

MISSED_TURNS = 3
"""Turns without an answer after which an asked fact is unknown (rule-language 3, facts of your own)."""

ANSWERED_WITHIN = 30.0
"""Seconds in which an answer to the last of these turns may still come. For so long a line of the console
is taken for an answer: later, anybody may have printed it."""


class ValuePattern(Protocol):
    """An RE2 with one of the groups VALUE and COUNTED."""

    @property
    def source(self) -> str:
        """As it is written."""

    def find(self, text: str) -> Mapping[str, str | None] | None:
        """The groups of the first match, None without one."""


@stable_name("FromLine")
@dataclass(frozen=True, slots=True)
class FromLine:
    """The last line of the game that matched."""

    pattern: ValuePattern


@stable_name("FromConsole")
@dataclass(frozen=True, slots=True)
class FromConsole:
    """What the game answers to a command, typed every so many seconds."""

    send: str
    read: ValuePattern
    every: float


@stable_name("FromAddress")
@dataclass(frozen=True, slots=True)
class FromAddress:
    """What an address answers every so many seconds: the value at a path of its JSON, or with none all of it.

    `call` is the request.
    """

    call: Call
    path: JsonPath
    every: float


@stable_name("FromQuery")
@dataclass(frozen=True, slots=True)
class FromQuery:
    """What a game says of itself when it is asked over the network: `part` is one of QUERY_PARTS.

    `protocol` is how it must be asked, None for as its pack says.
    """

    part: str
    protocol: QueryProtocol | None = None


QUERY_PARTS: Mapping[str, Kind] = {
    "players": Kind.NUMBER, "players_max": Kind.NUMBER, "map": Kind.TEXT, "version": Kind.TEXT,
}  # fmt: skip
"""What answers say, each with its kind."""

Origin = FromLine | FromConsole | FromAddress | FromQuery


@stable_name("OwnFact")
@dataclass(frozen=True, slots=True)
class OwnFact(Fact):
    """`servers` are those that have it, None for all. `read` makes a value of a text, in which numbers are
    printed in a form, None of what is none.

    `stale` are the seconds after which a value that nobody told again is unknown, infinite for never.
    """

    origin: Origin
    read: Callable[[str, NumberForm], Plain] = field(compare=False, repr=False)
    _: KW_ONLY
    servers: Selector | None = None
    stale: float = inf

    @property
    def is_shared(self) -> bool:
        """Whether one answer is the value for all who have it."""
        return isinstance(self.origin, FromAddress)

    @property
    def is_of_the_fleet(self) -> bool:
        """Whether it belongs to no server, so that rules wider than one may read it as it is."""
        return self.is_shared and self.servers is None


NO_FACTS: Mapping[str, OwnFact] = {}


def value_in(groups: Mapping[str, str | None]) -> str | None:
    """The text that a line tells as the value, None where the pattern found none in it."""
    told = groups.get(VALUE)
    return told if told is not None else groups.get(COUNTED)


def stale_after(every: float) -> float:
    """The seconds for which an answer stands, where the file does not say."""
    return MISSED_TURNS * every + ANSWERED_WITHIN


def in_short(text: str) -> str:
    """A stranger's text as it is kept: one line, without control characters, cut."""
    text = text[: 4 * LONGEST_TEXT]
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return text.strip()[:LONGEST_TEXT]
