"""Tells the log which servers are ours, each once when it is listed and why when it is let go."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from automaton.core.events import Event, ServerGone, ServerListed


class ServerLog:
    """`name_of` gives the name that people know."""

    def __init__(self, name_of: Callable[[str], str]) -> None:
        self._name_of = name_of
        self._listed: set[str] = set()
        self._log = structlog.get_logger()

    def observe(self, event: Event) -> None:
        """Logs a server that is new or gone. Must be called while the name of one that goes is known."""
        match event:
            case ServerListed(server=server, profile=profile) if server not in self._listed:
                self._listed.add(server)
                self._log.info("server.listed", server=profile.name, id=profile.id)
            case ServerGone(server=server, reason=reason) if server in self._listed:
                self._listed.discard(server)
                # A warning: no rule looks at it any more, also where the key's user lost it by mistake.
                self._log.warning("server.gone", server=self._name_of(server), reason=reason)
            case _:
                pass
