"""The whole at a glance, and what is not well with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from starlette.routing import Route

from automaton import __version__
from automaton.core.gates.hold import Hold
from automaton.core.moment import Moment
from automaton.core.span import span
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.links import Links
from automaton.daemon.logs.decision_log import DecisionLog
from automaton.daemon.reload import Reload
from automaton.daemon.services.arming import armed_rows
from automaton.daemon.services.breakers import tripped_breakers
from automaton.daemon.services.hold import hold_row
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.open_incidents import OpenIncidents
from automaton.daemon.services.status_rows import NameOf, decision_row, parked_row
from automaton.pace.clock import Clock
from automaton.web.fleet_summary import FleetSummary
from automaton.web.routes import status
from automaton.web.routes.arming import ArmedRow
from automaton.web.routes.deliveries import DeliveryRow
from automaton.web.routes.reload import Reloaded
from automaton.web.routes.status import Status
from automaton.wings.causes import OUTAGE_CAUSES
from automaton.wings.link_supervisor import LinkState, LinkStatus
from automaton.wings.panel_status import PanelStatus

DECISIONS_SHOWN = 10


class StatusService:
    """Sums up rules, links, Panels and the last reload. `uptime` is since `began`, or this was made."""

    def __init__(
        self,
        active: ActiveConfiguration,
        inspector: Inspector,
        links: Links,
        decisions: DecisionLog,
        reload: Reload,
        summary: Callable[[], FleetSummary],
        name_of: NameOf,
        clock: Clock,
        targets: Callable[[], Sequence[DeliveryRow]],
        began: Moment | None = None,
    ) -> None:
        self._active = active
        self._inspector = inspector
        self._links = links
        self._decisions = decisions
        self._reload = reload
        self._summary = summary
        self._name_of = name_of
        self._clock = clock
        self._targets = targets
        self._open = OpenIncidents(inspector, name_of, clock)
        self._began = began or clock.now()

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return status.routes(self)

    async def status(self) -> Status:
        """How it stands now. It may yield to the engine."""
        opened = await self._open.rows()
        breakers = await tripped_breakers(self._inspector, self._name_of, self._clock)
        now, links, name_of = self._clock.now(), self._links.status(), self._name_of
        counts = Counter(link.state.value for link in links)
        held = self._inspector.hold()
        latest = list(self._decisions.latest)[-DECISIONS_SHOWN:]
        return Status(
            summary=str(self._summary()),
            version=__version__,
            uptime=now - self._began,
            arm=self._active.limits.arm.value,
            rules=len(self._active.book.rules),
            links={state.value: counts[state.value] for state in LinkState},
            hold=hold_row(held, now) if held is not None else None,
            troubles=[
                *stopped(held, now),
                *by_hand(armed_rows(self._inspector), now),
                *without_journal(self._inspector.no_journal()),
                *troubles(links, self._links.panel_statuses(), self._reload.last),
                *undelivered(self._targets()),
                *(restlessness(rule, name_of(key), looks) for rule, key, looks in self._inspector.restless()),
            ],
            parked=[parked_row(link, name_of) for link in links if link.state is LinkState.PARKED],
            breakers=breakers,
            incidents=opened,
            decisions=[decision_row(one, name_of, now) for one in latest],
        )


def stopped(hold: Hold | None, now: Moment) -> list[str]:
    """That nothing acts, who wanted it so, and why."""
    if hold is None:
        return []
    by = f" by {hold.by}" if hold.by else ""
    return [f"every action is on hold{by}, for {span(max(0.0, now.wall - hold.since))} by now: {hold.detail}"]


def by_hand(armed: Sequence[ArmedRow], now: Moment) -> Iterator[str]:
    """The rules that are not as their files say, who wanted it so, and why."""
    for one in armed:
        by, why = f" by {one.by}" if one.by else "", f": {one.note}" if one.note else ""
        lasts = span(max(0.0, now.wall - one.since))
        yield (
            f"rule {one.rule} is {one.holds}, set{by} for {lasts} by now{why}; its file says {one.own},"
            " and holds again at the next reload"
        )


def without_journal(reason: str) -> list[str]:
    """What follows while nothing can be written down, and why it cannot."""
    return [f"the journal cannot be written, so power and commands are held: {reason}"] if reason else []


def undelivered(targets: Sequence[DeliveryRow]) -> Iterator[str]:
    """The targets at which messages wait because sending fails, and why it does."""
    for one in targets:
        if one.waiting and one.failures:
            messages = "1 message waits" if one.waiting == 1 else f"{one.waiting} messages wait"
            since = f" for {span(one.oldest)}" if one.oldest is not None else ""
            tried = "once" if one.failures == 1 else f"{one.failures} times"
            yield f"{messages} undelivered at {one.target}{since}, tried {tried}: {one.trouble}"


def restlessness(rule: str, server: str, looks: int) -> str:
    """What the engine looked at so often that it is slowed down; of no rule where that is empty."""
    what = f"rule {rule} for {server}" if rule else f"what the engine plans for {server or 'the fleet'}"
    return f"{what} was looked at {looks} times though nothing happened, and is slowed down: a fault of ours"


def troubles(links: list[LinkStatus], houses: list[PanelStatus], last_reload: Reloaded | None) -> list[str]:
    """A sentence for each thing that is not well, for `automaton status`."""
    counts = Counter(link.state for link in links)
    down = counts[LinkState.RETRYING] + counts[LinkState.BLIND]
    found = []
    if parked := counts[LinkState.PARKED]:
        found.append("1 link waits for a person" if parked == 1 else f"{parked} links wait for a person")
    if down:
        found.append(f"{down} of {len(links)} links are down and tried again")
    for house in houses:
        if not house.has_answered:
            found.append(f"{house.name} has not answered yet: which servers it has is not known")
        if house.outage:
            found.append(
                f"the Panel of {house.name} does not answer: {house.outage}; no server can be started"
            )
        for number, account in enumerate(house.accounts, 1):
            if account.problem is not None and not (house.outage and account.problem.cause in OUTAGE_CAUSES):
                which = f", key {number}" if len(house.accounts) > 1 else ""
                found.append(f"the servers of {house.name}{which} cannot be listed: {account.problem.detail}")
    if last_reload is not None and not last_reload.taken:
        found.append(f"the last reload was refused: {last_reload.reason}")
    return found
