"""YAML as an editor's language server reads it: by look, as the core schema of YAML 1.2 says."""

from __future__ import annotations

import re
from typing import Any

from automaton.schema import nodes
from automaton.schema.nodes import read_all
from automaton.schema.scalar import Scalar, Style

_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def plain(text: str) -> Any:
    """The plain data of a file that has no mistake in its YAML."""
    node, problems = read_all(text, "r.yml")
    assert node is not None, problems
    return _plain(node)


def _plain(node: nodes.Node) -> Any:
    match node:
        case nodes.Mapping():
            return {str(key): _plain(value) for key, value in node.items()}
        case nodes.Sequence():
            return [_plain(item) for item in node]
    if node.style is not Style.PLAIN:
        return str(node)
    return _by_look(node)


def _by_look(node: Scalar) -> Any:
    if node.is_null:
        return None
    if node in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return node.lower() == "true"
    if re.fullmatch(r"[-+]?[0-9]+", node):
        return int(node)
    return float(node) if _NUMBER.fullmatch(node) else str(node)
