"""What is counted and measured, gathered for monitoring. Law: integers are copied, and nothing is worked out.

It runs in the engine's process, at each scrape: what grows with the fleet is looked at in portions.
"""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import anyio.lowlevel
from starlette.routing import Route

from automaton import __version__
from automaton.core.calls import Signal
from automaton.core.facts.facts import Facts
from automaton.core.outcome import Result
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.connections import Connections
from automaton.daemon.heartbeat import Heartbeat
from automaton.daemon.reload import Reload
from automaton.daemon.services.engine_figures import MeasuredEngine, engine_figures, together, turn_age
from automaton.daemon.services.health import is_reachable, why_not_alive, why_not_ready
from automaton.daemon.services.server_figures import server_figures
from automaton.daemon.watchdog import Watchdog
from automaton.delivery.delivery_counts import DeliveryCounts, DeliveryOutcome
from automaton.pace.answer_counts import KINDS
from automaton.pace.clock import Clock
from automaton.web.routes import metrics
from automaton.web.routes.deliveries import DeliveryRow
from automaton.web.routes.metrics import Health, Metrics, MetricSample, ServerFigures, samples
from automaton.wings.link_supervisor import LinkState, LinkStatus
from automaton.wings.server_actions import ServerActions

# What did not happen yet is told as 0: an increase is seen from the first time on.
NO_ANSWERS = dict.fromkeys(KINDS, 0)
NO_POWER = {(signal, result): 0 for signal in Signal for result in Result}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The parts that count. A member of a cluster turns one engine for each shard, and at times none.

    `rows_lost` counts rows of the audit trail that did not get from engines to where all members read it.
    `targets` gives how deliveries stand, and `page_starts` None where there is no page. `cluster` is by the
    names of the fields of Metrics, nothing where this is no member.
    """

    active: ActiveConfiguration
    engines: Callable[[], Sequence[MeasuredEngine]]
    connections: Connections
    watchdog: Watchdog
    heartbeat: Heartbeat
    reload: Reload
    actions: ServerActions
    deliveries: Callable[[], Sequence[DeliveryCounts]]
    targets: Callable[[], Sequence[DeliveryRow]]
    page_starts: Callable[[], int | None] = lambda: None
    cluster: Callable[[], Mapping[str, object]] = dict
    rows_lost: Callable[[], int] = lambda: 0


class MetricsService:
    """Answers monitoring."""

    def __init__(self, measured: Measured, clock: Clock) -> None:
        self._of = measured
        self._clock = clock
        self._began = clock.now()

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return metrics.routes(self)

    def health(self) -> Health:
        """Whether the engine turns, and whether what it needs is there."""
        not_alive = why_not_alive(self._turn_age())
        panels = self._of.connections.pool.panel_statuses()
        return Health(not_alive=not_alive, not_ready=why_not_ready(not_alive, self._of.reload.last, panels))

    async def metrics(self, most_servers: int | None) -> Metrics:
        """All that is counted now; with the figures of at most so many servers, None for none."""
        links = self._of.connections.pool.status()
        servers: list[ServerFigures] = []
        left_out = None
        if most_servers is not None:
            mono = self._clock.now().mono
            known: dict[str, Facts] = {}
            for engine in self._of.engines():
                known |= engine.inspector.facts()
            servers, left_out = await server_figures(known, links, most_servers, mono)
        engines = [await engine_figures(engine, self._clock) for engine in self._of.engines()]
        fields = {**together(engines, self._of.rows_lost()), **self._of_process(), **self._of_watchdog()}
        await anyio.lowlevel.checkpoint()
        fields |= self._of_links(links)
        await anyio.lowlevel.checkpoint()
        fields |= {
            **self._of_panels(),
            **self._of_calls(),
            **self._of.cluster(),
        }
        return Metrics(servers=servers, servers_left_out=left_out, **fields)  # type: ignore[arg-type] # its fields

    def _turn_age(self) -> float:
        """Of the engine that has not turned for longest."""
        now = self._clock.now()
        return max((turn_age(engine, now) for engine in self._of.engines()), default=0.0)

    def _of_process(self) -> dict[str, object]:
        active, reload, heart = self._of.active, self._of.reload, self._of.heartbeat
        return {
            "version": __version__,
            "python": platform.python_version(),
            "pid": os.getpid(),
            "started": self._began.wall,
            "config_taken": reload.last is None or reload.last.taken,
            "config_taken_at": reload.taken_at.wall,
            "arm": [MetricSample([active.limits.arm.value], 1)],
            "rules": len(active.book.rules),
            "page_starts": self._of.page_starts(),
            "heartbeats": [
                MetricSample(["answered"], heart.answered),
                MetricSample(["failed"], heart.failed),
            ],
            "heartbeat_answered_at": heart.answered_at,
        }

    def _of_watchdog(self) -> dict[str, object]:
        watchdog = self._of.watchdog
        return {
            "stood": watchdog.stood,
            "unserved_servers": len(watchdog.last.unserved),
            "is_watchdog_fed": watchdog.last.is_well,
        }

    def _of_links(self, links: Iterable[LinkStatus]) -> dict[str, object]:
        states: Counter[LinkState] = Counter(dict.fromkeys(LinkState, 0))
        parked: Counter[str] = Counter()
        for link in links:
            states[link.state] += 1
            if link.state is LinkState.PARKED:
                parked[link.cause] += 1
        totals = [(panel.name, panel.totals()) for panel in self._of.connections.pool.panels]
        return {
            "links": samples((state.value, number) for state, number in states.items()),
            "parked": samples(parked.items()),
            "reconnects": samples(
                (name, cause.value, number)
                for name, total in totals
                for cause, number in total.reconnects.items()
            ),
            "token_requests": samples((name, total.token_requests) for name, total in totals),
            "wings_errors": samples((name, total.errors) for name, total in totals),
            "lines_cut": sum(total.lines_cut for _, total in totals),
        }

    def _of_panels(self) -> dict[str, object]:
        panels = self._of.connections.pool.panel_statuses()
        return {
            "panels_up": samples((one.name, one.has_answered and not one.outage) for one in panels),
            "panels_listed": samples((one.name, is_reachable(one)) for one in panels),
            "panel_requests": samples(
                (name, kind, number)
                for name, kinds in self._of.connections.answers().items()
                for kind, number in (NO_ANSWERS | kinds).items()
            ),
        }

    def _of_calls(self) -> dict[str, object]:
        rows = self._of.targets()
        none_sent = {(row.channel, outcome): 0 for row in rows for outcome in DeliveryOutcome}
        sent = Counter(none_sent)
        for counts in self._of.deliveries():
            sent.update(counts.by_channel)
        waiting: Counter[str] = Counter()
        oldest: dict[str, float] = {}
        for row in rows:
            waiting[row.channel] += row.waiting
            oldest[row.channel] = max(oldest.get(row.channel, 0.0), row.oldest or 0.0)
        return {
            "power_actions": samples(
                (signal.value, result.value, number)
                for (signal, result), number in (NO_POWER | self._of.actions.power_asked).items()
            ),
            "actions_outlived": self._of.actions.outlived,
            "deliveries": samples(
                (channel, outcome.value, number) for (channel, outcome), number in sent.items()
            ),
            "outbox": samples(waiting.items()),
            "outbox_oldest": samples(oldest.items()),
            "failures_in_a_row": samples((row.target, row.failures) for row in rows),
        }
