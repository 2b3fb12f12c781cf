"""Silences: stretches in which a person wants no actions. They are listed, begun and ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from math import inf
from uuid import uuid4

import anyio.lowlevel
import structlog
from starlette.routing import Route

from automaton.core.events import Event, SilenceBegan, SilenceEnded
from automaton.core.gates.silences import Silence
from automaton.core.key import By
from automaton.core.rules.rule import Rule
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.open_incidents import OpenIncidents
from automaton.daemon.services.rule_rows import silence_row
from automaton.daemon.services.status_rows import NameOf
from automaton.natural_order import natural_order
from automaton.pace.clock import Clock
from automaton.web.routes import silences
from automaton.web.routes.incidents import IncidentRow
from automaton.web.routes.silences import (
    MOST_SHOWN,
    HeldRule,
    SilenceList,
    SilencePreview,
    SilenceRow,
    SilenceWanted,
)

PORTION = 50  # servers looked at in one go: with a hundred rules each some milliseconds


class SilencesService:
    """`put` queues an event: the engine alone changes its state. Who wanted it stands in the log."""

    def __init__(
        self,
        rule_of: Callable[[str], Rule | None],
        inspector: Inspector,
        put: Callable[[Event], None],
        name_of: NameOf,
        clock: Clock,
    ) -> None:
        self._rule_of = rule_of
        self._name_of = name_of
        self._inspector = inspector
        self._put = put
        self._clock = clock
        self._open = OpenIncidents(inspector, name_of, clock)
        self._log = structlog.get_logger()

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return silences.routes(self)

    def silences(self) -> SilenceList:
        """All that have not ended, the one that ends first at the front."""
        now = self._clock.now()
        return SilenceList([silence_row(one, now) for one in self._inspector.silences(now)])

    def silence(self, wanted: SilenceWanted, who: str) -> SilenceRow:
        """Begins a silence."""
        now, id_ = self._clock.now(), uuid4().hex[:8]
        event = SilenceBegan(
            server="", at=now, id=id_, rules=tuple(wanted.rules), servers=tuple(wanted.servers),
            until=now.wall + wanted.seconds, note=wanted.note, by=who,
        )  # fmt: skip
        self._put(event)
        self._log.info(
            "operator.silence", id=id_, rules=",".join(wanted.rules), servers=",".join(wanted.servers),
            seconds=wanted.seconds, note=wanted.note, by=who,
        )  # fmt: skip
        return SilenceRow(
            id=id_, rules=wanted.rules, servers=wanted.servers, left=wanted.seconds, note=wanted.note
        )

    async def preview(self, wanted: SilenceWanted) -> SilencePreview:
        """What such a silence would hold now. Yields between servers: there may be thousands."""
        of_rules = Silence("", tuple(wanted.rules), (), inf)
        is_named = cache(lambda id_: of_rules.covers(id_, ()))
        of_servers = Silence("", (), tuple(wanted.servers), inf)
        servers: list[str] = []
        held: Counter[str] = Counter()
        for number, target in enumerate(self._inspector.targets(), 1):
            if number % PORTION == 0:
                await anyio.lowlevel.checkpoint()
            if not of_servers.covers("", (*target.names, target.home), target.groups):
                continue
            rules = [id_ for id_ in target.rules.by_id if is_named(id_)]
            held.update(rules)
            if rules and target.key.by is By.SERVER:
                servers.append(self._name_of(target.home))
        incidents = await self._held(Silence("", tuple(wanted.rules), tuple(wanted.servers), inf))
        return SilencePreview(
            rules=[self._held_rule(id_, count) for id_, count in sorted(held.items())][:MOST_SHOWN],
            rules_in_all=len(held), servers=sorted(servers, key=natural_order)[:MOST_SHOWN],
            servers_in_all=len(servers), pairs=held.total(), incidents=incidents[:MOST_SHOWN],
            incidents_in_all=len(incidents),
        )  # fmt: skip

    def _held_rule(self, id_: str, count: int) -> HeldRule:
        rule = self._rule_of(id_)
        return HeldRule(
            id=id_, servers=count, arm=self._inspector.arm(rule).value if rule is not None else ""
        )

    async def _held(self, silence: Silence) -> list[IncidentRow]:
        """Open incidents that it would cover, the oldest first."""
        held = []
        for number, one in enumerate(list(self._inspector.open()), 1):
            if silence.covers(one.rule.id, (*one.target.names, one.key), one.target.groups):
                held.append(one)
            if number % PORTION == 0:
                await anyio.lowlevel.checkpoint()
        return await self._open.rows(held)

    def end_silence(self, id_: str, who: str) -> SilenceList | None:
        """Ends a silence; gives those that are left. None where there is no such one."""
        before = self.silences().silences
        if all(one.id != id_ for one in before):
            return None
        self._put(SilenceEnded(server="", at=self._clock.now(), id=id_, by=who))
        self._log.info("operator.silence_ended", id=id_, by=who)
        return SilenceList([one for one in before if one.id != id_])
