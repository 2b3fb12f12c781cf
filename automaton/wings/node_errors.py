"""Errors of a node's HTTP API, apart from a Panel's: a link ends with another cause."""

from __future__ import annotations

from automaton.errors import Refused, Unreachable


class NodeRefuses(Refused):
    """Wings does not accept the token of its own config.yml."""


class NodeSilent(Unreachable):
    """Wings' HTTP did not answer, or what answered is not Wings."""
