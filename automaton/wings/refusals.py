"""Refusals that a link must tell from others, for another plan follows."""

from __future__ import annotations

from automaton.errors import Refused


class NodeRefuses(Refused):
    """Wings does not accept the token of its own config.yml."""
