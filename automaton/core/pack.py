"""The game knowledge that the engine needs of a pack. How packs are written in YAML is in packs/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from automaton.core.command_grammar import Grammar
from automaton.core.expression import Template
from automaton.core.number_form import PLAIN_NUMBERS, NumberForm
from automaton.core.stable_names import stable_name


@stable_name("Question")
@dataclass(frozen=True, slots=True)
class Question:
    """Commands to type, and the seconds to wait for the answer, which is the event SAVED or PROBED."""

    send: tuple[str, ...]
    within: float


@stable_name("Poll")
@dataclass(frozen=True, slots=True)
class Poll:
    """How the game is asked for a fact: what to type, and how often in seconds."""

    send: str
    every: float


SAVED, PROBED = "@saved", "@probed"
"""The events of a line that answers the pack's `save` or `probe`."""


def polled(fact: str) -> str:
    """The event of a line that answers a poll of this fact; its field `n` is the number."""
    return f"@{fact}"


@stable_name("QueryProtocol")
class QueryProtocol(StrEnum):
    """How a game is asked over the network: Valve's A2S, or as Minecraft's list of servers asks."""

    A2S = "a2s"
    MINECRAFT = "minecraft"
    BEDROCK = "bedrock"


@stable_name("QueryForm")
@dataclass(frozen=True, slots=True)
class QueryForm:
    """The protocol, and the port: of the first of `variables` that the egg has, else `port`.

    Without these it is the allocation's and `offset`: some games answer beside the port of players.
    """

    protocol: QueryProtocol
    variables: tuple[str, ...] = ()
    port: int = 0
    offset: int = 0


class NamePattern(Protocol):
    """An RE2, for a text as a whole."""

    def find(self, text: str) -> Mapping[str, str | None] | None:
        """Its groups, None where the text does not match."""


@stable_name("Pack")
@dataclass(frozen=True, slots=True)
class Pack:
    """`say` is the broadcast, with `${text}` where the text goes. It, `save` and `probe` may be None.

    `facts` are those that the game tells beside what every server has. `polls` are by fact, of these and
    `players`: of what it is asked for. `patterns` are what `age` and `seen` may name beside the events.
    Without a `console` nothing can be typed. `stop` are the commands that stop the server and that no rule
    may type, in lower case; one that ends in ` *` has any argument. `safe` names the filter of
    `core/console/command.py`. `events` are those that the pack recognizes, each with its fields.

    `query` is how it can be asked over the network, None where it cannot.

    `grammars` say how commands are read: that of the game, or what is known of it and then those of all
    games, where it is not known. `names` is what a player's name can be, `selectors` what begins a word that
    chooses players by something else. `numbers` is how it prints them.
    """

    name: str
    say: Template | None = None
    stop: frozenset[str] = frozenset({"stop", "quit", "end", "exit"})
    safe: str = "unknown"
    events: Mapping[str, frozenset[str]] = field(default_factory=dict)
    save: Question | None = None
    probe: Question | None = None
    polls: Mapping[str, Poll] = field(default_factory=dict)
    facts: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    console: bool = True
    grammars: tuple[Grammar, ...] = ()
    names: NamePattern | None = None
    selectors: str = "@#"
    numbers: NumberForm = PLAIN_NUMBERS
    query: QueryForm | None = None

    @property
    def separators(self) -> str:
        """Every character that may end a command, and begin another on the same line."""
        return "".join(sorted(set("".join(grammar.separator for grammar in self.grammars))))


NO_PACK = Pack("")
