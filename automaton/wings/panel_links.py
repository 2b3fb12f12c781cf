"""The links of one Panel, or of one node: each server that is discovered and watched has one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

import anyio
import anyio.lowlevel
from anyio.abc import TaskGroup

from automaton.core.events import LinkLost, PanelBack, PanelLost, Profile, ServerGone, ServerListed
from automaton.errors import Refused, Weather
from automaton.pace.clock import Clock
from automaton.wings.account import Account, ServerApi
from automaton.wings.account_assignment import assign_accounts
from automaton.wings.causes import Cause
from automaton.wings.claims import ServerClaims
from automaton.wings.event_router import TakesEvents, moved_to
from automaton.wings.link_opening import ConnectOptions
from automaton.wings.link_supervisor import LinkStatus, LinkSupervisor
from automaton.wings.panel_health import PanelHealth
from automaton.wings.panel_status import AccountStatus, LinkTotals, PanelStatus, contested
from automaton.wings.server_discovery import Discovered, ServerDiscovery
from automaton.wings.session_output import Ended
from automaton.wings.watched_servers import WatchedServers

LISTED_NO_OFTENER = 15.0  # seconds between two lists, however many events ask for one
LISTED_MORE_RARELY = 4.0
"""Times the usual interval, where other daemons own all that is listed: here it is read for the names."""

BEGUN_AT_ONCE = 50
"""Links that a turn of the loop begins where nodes are gained, at 0.2 ms each: more would hold others up."""

LISTED_A_MINUTE = 1000.0
"""Servers that each of several daemons reads of one Panel's lists in a minute, on average: ten requests of
the limit that they share. So ten thousand are read every ten minutes."""


@dataclass(frozen=True, slots=True)
class PanelAccess:
    """How one Panel, or node, is asked and its nodes connected to.

    `apis`: one for each key. `watches`: which of the listed servers are ours. `refresh` in seconds.
    """

    name: str
    apis: Sequence[ServerApi]
    options: ConnectOptions
    watches: Callable[[Profile], bool] = lambda _: True
    refresh: float = 300.0


class PanelLinks:
    """The supervisors of the servers of one Panel, or of one node that has none."""

    def __init__(
        self,
        access: PanelAccess,
        *,
        clock: Clock,
        chance: Random,
        queue: TakesEvents,
        claims: ServerClaims | None = None,
    ) -> None:
        """`claims`, shared by all, says who has each server, for several may list the same one."""
        self._name = access.name
        self._rank = 1 if access.options.without_panel else 0
        self._claims = claims or ServerClaims()
        self.supervisors: dict[str, LinkSupervisor] = {}
        self.answered = anyio.Event()  # set when the first list was read, or failed
        self._access = access
        self._accounts = [Account(api, clock) for api in access.apis]
        # One account probes for all: the probe carries no key, so each would get the same answer.
        self._health = PanelHealth(access.apis[0].panel_outage, self._panel_changed)
        self._discovery = ServerDiscovery(
            self._accounts,
            self._health,
            refresh=access.refresh,
            chance=chance,
            recovered=self._account_recovered,
        )
        self._watched = WatchedServers(access.watches)
        self._clock = clock
        self._chance = chance
        self._queue = queue
        self._again = anyio.Event()
        self._group: TaskGroup | None = None
        self._owners_now: dict[str, Account] = {}
        self._seen_by: dict[str, list[Account]] = {}
        self._of_ended = LinkTotals()

    @property
    def name(self) -> str:
        """As the settings name it."""
        return self._name

    @property
    def rank(self) -> int:
        """A Panel's is lower: it has what a node lists too."""
        return self._rank

    @property
    def problem(self) -> Ended | None:
        """Why a list could not be read the last time; None where all could."""
        return self._discovery.problem

    async def run(self) -> None:
        """Reads the list and keeps the links, until cancelled."""
        async with anyio.create_task_group() as self._group:
            self._group.start_soon(self._health.run, name=f"health of {self.name}")
            while True:
                self._take(await self._discovery.read())
                self.answered.set()
                wait = self._stretched(self._discovery.pause())
                await anyio.sleep(min(LISTED_NO_OFTENER, wait))
                with anyio.move_on_after(max(0.0, wait - LISTED_NO_OFTENER)):
                    await self._again.wait()
                self._again = anyio.Event()

    def list_again(self) -> None:
        """Reads the list soon."""
        self._again.set()

    def wake(self) -> None:
        """Tries everything again soon, as after a reload, with which something was probably mended."""
        for supervisor in self.supervisors.values():
            supervisor.wake()
        self.list_again()

    def watch(self, watches: Callable[[Profile], bool]) -> None:
        """Changes which servers are ours, from the next list on."""
        self._watched.watches = watches

    def own(self, nodes: frozenset[str] | None) -> None:
        """Has links to the servers of these nodes alone from now on; None is all of them.

        Those of others end, and nothing is told of that. Of new ones each server is told as it was listed
        last, and gets its link at once.
        """
        before, was_rare = self._watched.nodes, self._owns_nothing
        gained = self._watched.own(nodes)
        if nodes is not None and (before is None or not before <= nodes):
            for server in [server for server in self.supervisors if not self._watched.owns(server)]:
                self._dismiss(server)
        self._owners_now |= assign_accounts(
            {one.uuid: self._seen_by[one.uuid] for one in gained if one.uuid in self._seen_by}, {}
        )
        self._begin(gained[:BEGUN_AT_ONCE])
        if (rest := gained[BEGUN_AT_ONCE:]) and self._group is not None:
            self._group.start_soon(self._begin_rest, rest, name=f"links of {self.name}")
        if (gained and was_rare) or (nodes is not None and not nodes <= self._listed_nodes()):
            self.list_again()  # else the list is fresh, and tokens are waited for

    def _begin(self, gained: Sequence[Profile]) -> None:
        for server in (profile.uuid for profile in gained):
            is_new = server in self._watched.known and server not in self.supervisors
            if is_new and self._claims.is_of(server, self):
                self.gain(server)

    async def _begin_rest(self, gained: Sequence[Profile]) -> None:
        """In portions, between which all else gets its turn; what was lost again meanwhile is left out."""
        for place in range(0, len(gained), BEGUN_AT_ONCE):
            await anyio.lowlevel.checkpoint()
            self._begin(gained[place : place + BEGUN_AT_ONCE])

    @property
    def listed(self) -> Mapping[str, Profile]:
        """All servers that the settings choose, by uuid, whoever owns their nodes."""
        return self._watched.known

    def lose(self, server: str) -> None:
        """Another has it, or nobody: its link ends. It is not gone, and is listed again soon."""
        if (supervisor := self._dismiss(server)) is not None:
            now = self._clock.now()
            if self._watched.nodes is not None and self._claims.has_lower(server, self.rank):
                # A Panel names its nodes otherwise, so another engine judges it, and perhaps another daemon.
                self._queue.put(ServerGone(server=server, at=now, reason="a Panel lists it now"))
            elif supervisor.session.is_told_up:
                self._queue.put(LinkLost(server=server, at=now, reason=Cause.LISTED_TWICE.value))
            if self._health.outage:
                self._queue.put(PanelBack(server=server, at=now))  # who has it then reports its own
        self.list_again()

    def gain(self, server: str) -> None:
        """It is ours from now on: it gets a link, as it was described here last, where its node is owned."""
        if not self._watched.owns(server):
            return
        self._tell(self._watched.known[server])
        self._keep(server, self._owners_now.get(server, self._accounts[0]))

    def statuses(self) -> list[LinkStatus]:
        """The state of each link."""
        linked = [status for server in self.supervisors if (status := self.status_of(server)) is not None]
        if not self._claims.contests:  # nobody ever disputed a server, as nearly everywhere
            return linked
        known = [server for server in self._watched.known if self._watched.owns(server)]
        contests = ((server, self._claims.contest(server, self)) for server in known)
        return linked + [contested(server, contest) for server, contest in contests if contest is not None]

    def status_of(self, server: str) -> LinkStatus | None:
        """The state of one link; None where there is none."""
        supervisor = self.supervisors.get(server)
        if supervisor is None:
            return None
        return supervisor.status(self.name, suspended=self._watched.known[server].suspended)

    def status(self) -> PanelStatus:
        """The state of the Panel, and of each account."""
        load = Counter(supervisor.account for supervisor in self.supervisors.values())
        unseen = Counter(one.account for one in self.supervisors.values() if not one.session.is_live)
        accounts = (AccountStatus(load[one], one.problem, unseen[one]) for one in self._accounts)
        elsewhere = 0
        if self._claims.shared:  # by several, as hardly anywhere
            known = (server for server in self._watched.known if self._watched.owns(server))
            elsewhere = sum(self._claims.has_lower(server, self.rank) for server in known)
        return PanelStatus(self.name, tuple(accounts), self.answered.is_set(), self._health.outage, elsewhere)

    def totals(self) -> LinkTotals:
        """What its links came to since the start."""
        ended = self._of_ended
        found = replace(
            ended,
            reconnects=Counter(ended.reconnects),
            token_requests=sum(account.tokens.requests for account in self._accounts),
        )
        for supervisor in self.supervisors.values():
            found.add(supervisor)
        return found

    def _stretched(self, pause: float) -> float:
        """Seconds until the next list, where several daemons read it."""
        if self._watched.nodes is None or self._discovery.problem is not None:
            return pause  # what could not be read is tried again as soon as with one daemon
        rarely = LISTED_MORE_RARELY if self._owns_nothing else 1.0
        return max(pause * rarely, len(self._seen_by) / LISTED_A_MINUTE * 60)

    def _listed_nodes(self) -> frozenset[str]:
        return frozenset(profile.node for profile in self._watched.known.values())

    @property
    def _owns_nothing(self) -> bool:
        return self._watched.nodes is not None and not self.supervisors

    def _account_recovered(self, account: Account) -> None:
        for supervisor in self.supervisors.values():
            if supervisor.account is account:
                supervisor.account_recovered()

    def _owners(self, seen_by: dict[str, list[Account]]) -> dict[str, Account]:
        """A server leaves its account when that sees it no more, or is refused; not for passing weather."""
        kept = {server: supervisor.account for server, supervisor in self.supervisors.items()}
        for server, account in kept.items():
            if server in seen_by and account.problem is not None and account.barred is None:
                seen_by[server].append(account)
        if self._watched.nodes is not None:
            seen_by = {server: seers for server, seers in seen_by.items() if self._watched.owns(server)}
        return assign_accounts(seen_by, kept)

    def _take(self, found: Discovered) -> None:
        """Makes links for new servers, ends those of servers that are gone."""
        changes = self._watched.update(found.profiles.values(), whole=found.whole)
        self._seen_by = found.seen_by
        owners = self._owners_now = self._owners(found.seen_by)
        for profile in changes.listed:
            if not self._claims.claim(profile.uuid, self, self._clock.now()):
                self.list_again()  # it may be one that moves from one to the other
                continue
            if not self._told(profile):
                continue
            supervisor = self.supervisors.get(profile.uuid)
            if supervisor is not None:
                supervisor.wake()
            else:
                self._keep(profile.uuid, owners[profile.uuid])
        for uuid, reason in changes.gone.items():
            self._let_go(uuid, reason)
        for uuid, supervisor in self.supervisors.items():
            supervisor.switch_account(owners.get(uuid, supervisor.account))

    def _told(self, profile: Profile) -> bool:
        """Tells of a server whose node is owned. One that has left such a node for another is gone here."""
        if self._watched.owns(profile.uuid):
            self._tell(profile)
            return True
        if self._dismiss(profile.uuid) is not None:
            now, reason = self._clock.now(), moved_to(profile.node)
            self._queue.put(ServerGone(server=profile.uuid, at=now, reason=reason))
        return False

    def _tell(self, profile: Profile) -> None:
        self._queue.put(ServerListed(server=profile.uuid, at=self._clock.now(), profile=profile))

    def _panel_changed(self, outage: str) -> None:
        """Puts the event for each server of the Panel."""
        now = self._clock.now()
        for server in self.supervisors:
            if outage:
                self._queue.put(PanelLost(server=server, at=now, detail=outage))
            else:
                self._queue.put(PanelBack(server=server, at=now))
        if not outage:
            self.list_again()  # it may have changed meanwhile

    def _keep(self, server: str, account: Account) -> None:
        assert self._group is not None
        supervisor = LinkSupervisor(
            server,
            account=account,
            options=self._access.options,
            clock=self._clock,
            chance=self._chance,
            queue=self._queue,
            list_again=self.list_again,
            ask_panel=self.ask_panel,
            panel=self._health,
        )
        self.supervisors[server] = supervisor
        if self._health.outage:
            self._queue.put(PanelLost(server=server, at=self._clock.now(), detail=self._health.outage))
        self._group.start_soon(supervisor.run, name=f"link {server}")

    def _let_go(self, server: str, reason: str) -> None:
        if self._claims.is_shared(server):
            self.lose(server)
        else:
            self._dismiss(server)
        now = self._clock.now()
        if self._claims.release(server, self, now):
            self._queue.put(ServerGone(server=server, at=now, reason=reason))

    def _dismiss(self, server: str) -> LinkSupervisor | None:
        """Ends its link; None where it has none, for another lists it too."""
        supervisor = self.supervisors.pop(server, None)
        if supervisor is not None:
            supervisor.scope.cancel()
            self._of_ended.add(supervisor)
            supervisor.account.tokens.forget(server)
        return supervisor

    def ask_panel(self, server: str) -> None:
        """Reads soon how the Panel, or the node, describes one server."""
        assert self._group is not None
        self._group.start_soon(self._read_one, server, name=f"profile {server}")

    async def _read_one(self, server: str) -> None:
        """Reads one server's description; a failure does not matter, for the list is read later anyway."""
        supervisor = self.supervisors.get(server)
        if supervisor is None:
            return
        try:
            profile = await supervisor.account.api.server(server)
        except (Weather, Refused):
            return
        if server in self.supervisors and self._watched.update_one(profile):
            self._told(profile)
        if not (profile.suspended or profile.installing or profile.transferring or profile.maintenance):
            supervisor.ends_untold()  # a backup is restored, most probably (protocol.md 1)
