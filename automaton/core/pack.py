"""Game knowledge that the engine needs of a pack. How it is written in YAML stands in packs/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from automaton.core.expression import Template
from automaton.core.stable_names import stable_name


@stable_name("Question")
@dataclass(frozen=True, slots=True)
class Question:
    """Commands to type, and the seconds to wait for the answer.

    The answer is an event of the pack (`core/pack.py` SAVED, PROBED) that the reading of lines gives.
    """

    send: tuple[str, ...]
    within: float


@stable_name("Poll")
@dataclass(frozen=True, slots=True)
class Poll:
    """A fact that is asked of the game: what to type, how often (seconds). The answer brings `n`."""

    send: str
    every: float


SAVED, PROBED = "@saved", "@probed"
"""Events that the reading of lines gives when the pack's `save` or `probe` is answered."""


def polled(fact: str) -> str:
    """The event with which the answer to a poll of this fact is given; its field `n` is the number."""
    return f"@{fact}"


@stable_name("Pack")
@dataclass(frozen=True, slots=True)
class Pack:
    """`say` is the broadcast with `${text}` where the text goes, None where the game has none.

    `save` and `probe` are None where the game has none. `polls` are by fact: `players` is the one that can
    be asked. `patterns` are what `age` and `seen` may name beside the events. Without a `console` nothing
    can be typed.

    `stop` are the commands that stop the server and that no rule may type, lower case; one that ends in
    ` *` with any argument. `safe` names the filter of `core/console/command.py`. `events` are those that the
    pack reads, each with the fields it brings.
    """

    name: str
    say: Template | None = None
    stop: frozenset[str] = frozenset({"stop", "quit", "end", "exit"})
    safe: str = "unknown"
    events: Mapping[str, frozenset[str]] = field(default_factory=dict)
    save: Question | None = None
    probe: Question | None = None
    polls: Mapping[str, Poll] = field(default_factory=dict)
    patterns: frozenset[str] = frozenset()
    console: bool = True

    @property
    def separator(self) -> str:
        """What stands between two commands on one line, empty where the game takes one a line."""
        return ";" if self.safe == "source" else ""


NO_PACK = Pack("")
