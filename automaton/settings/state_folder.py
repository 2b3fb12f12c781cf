"""Where a daemon with a file remembers, for commands that read what it left, with or without a daemon."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from automaton.errors import ConfigurationError
from automaton.problem import Problem, has_error
from automaton.schema import nodes
from automaton.schema.files import read_text
from automaton.schema.nodes import read_all
from automaton.schema.scalar import Scalar
from automaton.settings.usual_paths import USUAL_FILE, USUAL_STATE


def state_folder(path: Path) -> Path:
    """The folder that `state` names; nothing else of the file is read, which may have mistakes.

    Raises ConfigurationError where the file cannot be read at all, unless it is the service's own, which
    need not be readable by whoever runs a command; and where it is no YAML up to `state`: what is meant for
    another folder must not be done to the service's.
    """
    root, mistakes = _read(path)
    written = nodes.find(root, "state")
    if written is None and has_error(mistakes):
        raise ConfigurationError(mistakes)
    if not isinstance(written, Scalar) or not written or written.is_null:
        return USUAL_STATE
    return path.absolute().parent / str(written)


def has_cluster(path: Path) -> bool:
    """Whether the file names a `cluster`, whatever else is wrong in it. Raises where it cannot be read."""
    cluster = nodes.find(_read(path)[0], "cluster")
    return cluster is not None and not (isinstance(cluster, Scalar) and cluster.is_null)


def _read(path: Path) -> tuple[nodes.Node | None, Sequence[Problem]]:
    text, problems = read_text(path)
    if text is None and path != USUAL_FILE:
        raise ConfigurationError(problems)
    return read_all(text, str(path)) if text is not None else (None, ())
