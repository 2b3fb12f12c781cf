"""What is fed to a test, as data: each entry with its moment, its facts, and what happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from automaton.core.calls import Signal
from automaton.core.events import NO_FIELDS, FieldValue, Source
from automaton.core.outcome import Outcome
from automaton.match.glob import Glob
from automaton.problem import FilePlace
from automaton.ruletest.fed_facts import FedFacts

ConsoleLine = tuple[str, Source]
"""A text, and whose it is."""


@dataclass(frozen=True, slots=True)
class Silenced:
    """The rules whose actions a person holds, for so many seconds."""

    rules: Glob
    seconds: float


@dataclass(frozen=True, slots=True)
class DaemonGone:
    """How many seconds automaton is gone. `killed`: it could not say goodbye."""

    seconds: float
    killed: bool = False


@dataclass(frozen=True, slots=True)
class FedAnswer:
    """What an address (`http`) or a program (`exec`) answers from here on, with which status or exit code."""

    verb: str
    name: str
    place: FilePlace
    status: int
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One moment of a feed. `servers` is None for the only one there is, `text` is how it is written.

    `link`, `panel` and `docker` are True where they come back and False where they go. `reset` is the rule
    whose breaker a person resets, `*` for all; `reload` is the rule file that takes the place of the rules.
    `query` is what comes of asking its game over the network from here on.
    `refuses` are the verbs that the world refuses from here on, each with the reason.
    What the entry does not speak of is None or empty.
    """

    at: float
    place: FilePlace
    text: str = ""
    servers: Glob | None = None
    facts: FedFacts = field(default_factory=FedFacts)
    lines: tuple[ConsoleLine, ...] = ()
    event: str = ""
    hook: str = ""
    fields: Mapping[str, FieldValue] = field(default_factory=lambda: NO_FIELDS)
    link: bool | None = None
    operator: Signal | None = None
    panel: bool | None = None
    docker: bool | None = None
    ack: str = ""
    silence: Silenced | None = None
    reset: str = ""
    reload: str = ""
    gone: DaemonGone | None = None
    answers: tuple[FedAnswer, ...] = ()
    query: Outcome | None = None
    refuses: Mapping[str, str] | None = None
