"""The servers that can be seen here: those of the running daemon or, without one, of the configuration."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from automaton.errors import AutomatonError, ConfigurationError, Refused
from automaton.settings.usual_paths import USUAL_FILE
from automaton.web.routes.servers import ServerRow
from automaton.workbench.daemon_client import find_daemon
from automaton.workbench.operator import OpenDirect
from automaton.workbench.terminal import plain


def seen_servers(config: Path, direct: OpenDirect) -> Sequence[ServerRow]:
    """All that are watched, or that the configuration chooses. Raises AutomatonError where none is seen."""
    if config == USUAL_FILE and not config.exists():
        raise Refused(f"there is no {config} yet; `automaton init` writes one")
    daemon = find_daemon(config)
    if daemon is not None:
        with closing(daemon):
            return daemon.servers_with_facts()
    access = direct(config)
    rows, unheard = access.servers(), access.unheard()
    if unheard and not rows:
        raise unheard[0]
    return rows


def why_unseen(problem: AutomatonError) -> str:
    """The reason as one line: of many mistakes in files the first."""
    if isinstance(problem, ConfigurationError):
        errors = [one for one in problem.problems if one.severity == "error"]
        return plain(str(errors[0])) if errors else "the configuration has a mistake"
    return plain(str(problem))
