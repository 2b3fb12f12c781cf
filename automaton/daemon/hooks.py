"""Calls of hooks become events: found by name, put where everything else that happens is put."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import structlog

from automaton.core.events import FieldValue, HookCalled
from automaton.secret import Secret
from automaton.web.hooks import NoSingleServer

if TYPE_CHECKING:
    from automaton.daemon.app import Daemon


class Hooks:
    """The bell of web/hooks.py, for a daemon: its hooks are those of the last reload."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._log = structlog.get_logger()

    def tokens(self) -> Mapping[str, Secret]:
        return {str(name): hook.token for name, hook in self._daemon.configuration.settings.hooks.items()}

    def find(self, text: str) -> str | NoSingleServer:
        wanted = text.strip().lower()
        profiles = [server.facts.profile for server in self._daemon.engine.servers().values()]
        for name_of in ("uuid", "id", "name"):  # an id names one server, a name may name several
            found = [profile for profile in profiles if getattr(profile, name_of).lower() == wanted]
            if len(found) == 1:
                return found[0].uuid
            if found:
                return NoSingleServer.SEVERAL
        return NoSingleServer.NONE

    def hook_called(self, hook: str, server: str, fields: Mapping[str, FieldValue]) -> None:
        daemon = self._daemon
        self._log.info("hook.called", hook=hook, server=daemon.name_of(server) if server else "")
        daemon.fleet.pool.queue.put(
            HookCalled(server=server, at=daemon.clock.now(), name=hook, fields=fields)
        )
