"""Calls of hooks become events: found by name, put where everything else that happens is put."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from automaton.core.arm import Arm
from automaton.core.events import Event, FieldValue, HookCalled
from automaton.core.rules.hook_hearers import hears_without_server, hook_hearers
from automaton.core.rules.rule import Rule, Rulebook
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.rule_rows import covers
from automaton.daemon.services.status_rows import NameOf
from automaton.pace.clock import Clock
from automaton.secret import Secret
from automaton.settings.model import Settings
from automaton.web.hooks import NoSingleServer, single_server


def hook_tokens(settings: Settings) -> dict[str, Secret]:
    """The token of each hook, by the hook's name."""
    return {str(name): hook.token for name, hook in settings.hooks.items()}


class HookService:
    """Whom web/hooks.py asks and calls. The hooks are those of the last reload. `put` queues an event."""

    def __init__(
        self,
        active: ActiveConfiguration,
        inspector: Inspector,
        put: Callable[[Event], None],
        name_of: NameOf,
        clock: Clock,
    ) -> None:
        self._active = active
        self._inspector = inspector
        self._put = put
        self._name_of = name_of
        self._clock = clock
        self._log = structlog.get_logger()
        # Of the present rules: to look through a thousand for each call would take milliseconds.
        self._book: Rulebook | None = None
        self._hearers: dict[str, list[Rule]] = {}

    def tokens(self) -> Mapping[str, Secret]:
        """The token of each hook, by the hook's name."""
        return hook_tokens(self._active.settings)

    def find(self, text: str) -> str | NoSingleServer:
        """The uuid of the server that a caller means by its uuid, id or name; else why there is none."""
        return single_server(text, (facts.profile for facts in self._inspector.facts().values()))

    async def hook_called(self, hook: str, server: str, fields: Mapping[str, FieldValue]) -> str:
        """The hook was called, for a server or with none for the fleet. Says why no rule hears of it."""
        called = {"hook": hook, "server": self._name_of(server) if server else ""}
        if unheard := self._unheard(hook, server):
            self._log.warning("hook.unheard", **called, why=unheard)
        else:
            self._log.info("hook.called", **called)
        self._put(HookCalled(server=server, at=self._clock.now(), name=hook, fields=fields))
        return unheard

    def _unheard(self, hook: str, server: str) -> str:
        book = self._active.book
        if self._book is not book:
            self._book, self._hearers = book, {}
        if hook not in self._hearers:
            self._hearers[hook] = hook_hearers(book.rules, hook)
        hearers = self._hearers[hook]
        if not hearers:
            return f"no rule has `hook: {hook}`"
        hearers = [rule for rule in hearers if self._inspector.arm(rule) is not Arm.OFF]
        if not hearers:
            return f"all rules with `hook: {hook}` are off"
        if not server:
            no_server = "it names no `server`, and then only rules by `fleet` hear of it"
            return "" if hears_without_server(hearers) else no_server
        facts = self._inspector.facts_of(server)
        if facts is not None and not any(covers(rule, facts) for rule in hearers):
            return f"no rule with `hook: {hook}` looks at this server"
        return ""
