"""One test, read and ready to run."""

from __future__ import annotations

from dataclasses import dataclass

from automaton.core.gates.limits import Limits
from automaton.schema.problem import Place
from automaton.workbench.testing.expectation import Expectation
from automaton.workbench.testing.feed import Entry
from automaton.workbench.testing.host import Host


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """`begins` is a moment of the wall clock; everything else counts in seconds from there."""

    name: str
    place: Place
    rules: tuple[str, ...]
    hosts: tuple[Host, ...]
    feed: tuple[Entry, ...]
    expected: tuple[Expectation, ...]
    begins: float
    limits: Limits

    @property
    def last(self) -> float:
        """The last moment that it speaks of."""
        fed = self.feed[-1].at if self.feed else 0.0
        return max([fed, *(one.last for one in self.expected)])
