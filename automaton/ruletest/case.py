"""One test of a rule file, read and ready to run."""

from __future__ import annotations

from dataclasses import dataclass, field

from automaton.core.gates.limits import Limits
from automaton.problem import FilePlace
from automaton.ruletest.expectation import Expectation
from automaton.ruletest.fed_facts import FedFacts
from automaton.ruletest.feed import FeedEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialServer:
    """A server as it is when the test begins. Without `obeys` it does nothing that it is asked to."""

    facts: FedFacts = field(default_factory=FedFacts)
    obeys: bool = True


def server_name(number: int, *, alone: bool) -> str:
    """What a server is called for which nothing else is fed, by its number from 1."""
    return "server" if alone else f"server-{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`begins` is a moment of the wall clock; all other moments are seconds from there.

    `rules` are ids, in the order in which the files have them.
    """

    name: str
    place: FilePlace
    rules: tuple[str, ...]
    servers: tuple[InitialServer, ...]
    feed: tuple[FeedEntry, ...]
    expected: tuple[Expectation, ...]
    begins: float
    limits: Limits

    @property
    def reloads(self) -> tuple[str, ...]:
        """The rule files that take the place of its rules, each once."""
        return tuple(dict.fromkeys(entry.reload for entry in self.feed if entry.reload))

    @property
    def last(self) -> float:
        """The last moment that it speaks of."""
        fed = self.feed[-1].at if self.feed else 0.0
        return max([fed, *(one.last for one in self.expected)])
