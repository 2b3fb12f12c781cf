"""The audit trail for commands: the rows of the journal's file, and the names of servers where a daemon runs.

The file is read as it is, whether a daemon writes it or none runs: who may ask the one may read the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from automaton.core.key import By, Key
from automaton.errors import AutomatonError, Invalid, Refused
from automaton.expr.units import duration
from automaton.journal.sqlite_journals import NAME
from automaton.journal.trail import KeptRow, TrailQuery, read_trail, servers_of
from automaton.pace.clock import SystemClock
from automaton.settings.state_folder import state_folder
from automaton.web.routes.servers import ServerRow
from automaton.workbench.daemon_client import find_daemon
from automaton.workbench.lookup import find_server
from automaton.workbench.terminal import title

UUID = 36  # characters
PAGE = 2_000
"""Rows read at once: a page is some megabytes at most."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The trail of one configuration. `servers` are those that the daemon watches, where one runs."""

    path: Path
    servers: list[ServerRow] = field(default_factory=list)
    is_running: bool = False

    def rows(self, query: TrailQuery) -> list[KeptRow]:
        """The newest rows that fit, the oldest of them first."""
        return list(reversed(read_trail(self.path, query)))

    def uuid_of(self, text: str) -> str:
        """The server that a person means; a uuid is taken as it is, for the server may be gone by now.

        Without a daemon nobody knows names: then it is how the uuid begins, as the history shows it.
        """
        if len(text) == UUID and text.count("-") == 4:
            return text.casefold()
        if self.is_running:
            return find_server(self.servers, text).uuid
        begun = text.casefold()
        found = [uuid for uuid in servers_of(self.path) if begun and uuid.startswith(begun)]
        if len(found) > 1:
            raise Refused(
                f"`{text}` may be {len(found)} servers, give more of the uuid: {', '.join(found[:5])}"
            )
        if not found:
            raise Refused(f"no daemon runs that knows which server `{text}` is: give its short id or uuid")
        return found[0]

    def name_of(self, key: str) -> str:
        """What people call a key; a server that nobody knows any more by the beginning of its uuid."""
        if not key:
            return "-"
        read = Key.read(key)
        if read.by is not By.SERVER:
            return title(key)
        name = next((row.name for row in self.servers if row.uuid == read.of), read.of[:8])
        return title("/".join([name, *read.more]))

    def node_of(self, server: str) -> str:
        """The node of a server; empty where it is not known."""
        return next((row.node for row in self.servers if row.uuid == server), "")


def open_trail(config: Path) -> Trail:
    """The trail of a configuration. Raises Refused where there is none, or it may not be read."""
    path = state_folder(config) / NAME
    try:
        is_there = path.exists()
    except OSError:
        raise Refused(f"you may not read {path}: ask as root, or as the daemon's user") from None
    if not is_there:
        raise Refused(f"there is no journal at {path}: automaton has not run there")
    try:
        daemon = find_daemon(config)
        if daemon is None:
            return Trail(path)
        try:
            return Trail(path, daemon.servers(), is_running=True)
        finally:
            daemon.close()
    except AutomatonError:  # one that ends, or hangs: the file tells all the same, but for names
        return Trail(path)


def since(text: str) -> float:
    """The wall's time so long ago. Raises Refused for what is no duration."""
    try:
        return SystemClock().now().wall - duration(text)
    except Invalid as error:
        problem = error.problem
        hint = f", did you mean `{problem.suggestion}`?" if problem.suggestion else ""
        raise Refused(f"`--since {text}`: {problem.message}{hint}") from None


def when(at: float) -> str:
    """A moment as the log writes it, to the second."""
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return "-"  # of a clock that was far off


def body_of(kept: KeptRow) -> Mapping[str, Any]:
    """What a row holds besides; empty where it is none that can be read."""
    try:
        body = json.loads(kept.row.body) if kept.row.body else {}
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def calls_of(body: Mapping[str, Any], key: str) -> list[dict[str, str]]:
    """The calls in a row's body, under `calls` or `held`, each with its `verb` and fields as texts."""
    calls = body.get(key)
    if not isinstance(calls, list):
        return []
    return [{name: str(value) for name, value in one.items()} for one in calls if isinstance(one, dict)]


def call_in_short(call: Mapping[str, str]) -> str:
    """A call in a line: its verb, what is asked, and the first line of the words it carries."""
    fields = [value for name, value in call.items() if name not in ("verb", "number", "text", "action")]
    words = call.get("text", "").partition("\n")[0]
    said = " ".join([call.get("verb", ""), *fields]).strip()
    return f"{said}: {words}" if words else said
