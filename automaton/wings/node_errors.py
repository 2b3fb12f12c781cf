"""Answers of a node that a link must tell from a Panel's, for another plan follows."""

from __future__ import annotations

from automaton.errors import Refused, Unreachable


class NodeRefuses(Refused):
    """Wings does not accept the token of its own config.yml."""


class NodeSilent(Unreachable):
    """Wings' own HTTP did not answer, or not in its words."""
