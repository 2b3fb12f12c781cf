"""What came of a test: everything that automaton did and decided, and each change of a phase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from automaton.core.events import Source
from automaton.match.glob import Glob
from automaton.ruletest.expectation import IS, Expectation


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that came. `servers` are the names under its key, `argument` is that of the verb.

    `text` is the message of a notice, without its `title`, or the sentence of a verdict. `typed` is the
    console command, which a test may expect by `send` though the rule used another verb.
    """

    at: float
    verb: str
    argument: str
    rule: str = ""
    servers: tuple[str, ...] = ()
    text: str = ""
    typed: str = ""
    title: str = ""

    def __str__(self) -> str:
        said = f"{self.verb} {self.argument}".rstrip()
        words = " | ".join(part for part in (self.title, self.text) if part)
        return f"{said}: {words}" if words else said


@dataclass(slots=True)
class Transcript:
    """In the order in which it came. `phases` are the changes of each (rule, key), beginning with `idle`.

    `cut_off` says when the test was ended though something could still come, and what; empty for an end that
    was the end of it. `strangers` are rules that were judged for nobody, and why. `by_clock` are rules that a
    schedule sets off, each with when it strikes next after `last`, the latest moment that the test mentions:
    in words, empty where nobody can say. `unknown_games` says of servers whose game no pack knows what they
    run. `heard_apart`, filled where no rule was set off, has the fed lines that were not heard as the game's
    output, and as what.
    """

    got: list[Observation] = field(default_factory=list)
    phases: dict[tuple[str, str], list[Observation]] = field(default_factory=dict)
    cut_off: str = ""
    strangers: Mapping[str, str] = field(default_factory=dict)
    by_clock: Mapping[str, str] = field(default_factory=dict)
    unknown_games: tuple[str, ...] = ()
    heard_apart: tuple[tuple[Source, str], ...] = ()
    last: float = 0.0

    def matching(self, one: Expectation) -> Iterator[Observation]:
        """All that fits the expectation, whenever it came."""
        source = (got for changes in self.phases.values() for got in changes) if one.verb == IS else self.got
        return (got for got in source if fits(one, got))


def fits(one: Expectation, got: Observation) -> bool:
    """Whether the expectation means this; moments are not compared."""
    return (
        _is_meant(one, got)
        and (one.rule is None or one.rule == got.rule)
        and (one.servers is None or covers_any(one.servers, got.servers))
        and (one.text is None or one.text.covers(got.text))
        and (one.title is None or one.title.covers(got.title))
    )


def covers_any(servers: Glob, names: tuple[str, ...]) -> bool:
    """Whether one of the names fits."""
    return any(servers.covers(name) for name in names)


def _is_meant(one: Expectation, got: Observation) -> bool:
    if one.verb == "send" and got.typed and one.wanted is not None:
        return one.wants(got.typed)
    return one.verb == got.verb and one.wants(got.argument)
