"""A server as it stands at the beginning of a test."""

from __future__ import annotations

from dataclasses import dataclass, field

from automaton.workbench.testing.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """`obeys` False: it does nothing that it is asked to."""

    facts: Facts = field(default_factory=Facts)
    obeys: bool = True
