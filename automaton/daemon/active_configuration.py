"""The configuration by which the daemon runs now. A reload replaces it as a whole; others read it here."""

from __future__ import annotations

from automaton.configuration.load import Configuration
from automaton.core.gates.limits import Limits
from automaton.core.rules.rule import Rule, Rulebook
from automaton.settings.model import Settings


class ActiveConfiguration:
    """A reload replaces `configuration`: do not keep a part of it."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration

    @property
    def settings(self) -> Settings:
        """What automaton.yml says."""
        return self.configuration.settings

    @property
    def book(self) -> Rulebook:
        """The checked rules."""
        return self.configuration.book

    @property
    def limits(self) -> Limits:
        """The block `limits`, as the engine takes it."""
        return self.configuration.limits

    def rule(self, id_: str) -> Rule | None:
        """The rule with this id, None where there is none."""
        return next((rule for rule in self.book.rules if rule.id == id_), None)
