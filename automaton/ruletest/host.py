"""A server as it stands at the beginning of a test."""

from __future__ import annotations

from dataclasses import dataclass, field

from automaton.ruletest.fed_facts import FedFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialServer:
    """`obeys` False: it does nothing that it is asked to."""

    facts: FedFacts = field(default_factory=FedFacts)
    obeys: bool = True
