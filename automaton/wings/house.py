"""One Panel, or node, and its servers: the list is read again and again, each server has its keeper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import anyio
from anyio.abc import TaskGroup

from automaton.core.events import LinkLost, PanelBack, PanelLost, Profile, ServerGone, ServerListed
from automaton.errors import Refused, Weather
from automaton.pace.backoff import Backoff
from automaton.pace.clock import Clock
from automaton.wings.account import Account, Steward
from automaton.wings.answers import Ended
from automaton.wings.causes import PLANS, REFUSES_US, Cause
from automaton.wings.conversation import trouble
from automaton.wings.inbox import Inbox
from automaton.wings.keeper import Keeper, LinkStatus
from automaton.wings.link import Door
from automaton.wings.panel_watch import PanelWatch
from automaton.wings.roster import Roster
from automaton.wings.spread import MOST, spread

REFRESH_JITTER = (0.8, 1.2)
LISTED_NO_OFTENER = 15.0  # seconds between two lists, however many events ask for one
_UNREAD = Backoff(first=4, cap=120)

OF_SILENCE = frozenset({Cause.PANEL_UNREACHABLE, Cause.PANEL_LATER})
"""Why a list is not read where the Panel may be down: the 503 of its maintenance asks to wait, as a 429."""


@dataclass(frozen=True, slots=True)
class HouseRules:
    """`stewards`: one a key. `refresh` in seconds. `watches` says which of the listed servers are ours."""

    name: str
    stewards: Sequence[Steward]
    door: Door
    watches: Callable[[Profile], bool] = lambda _: True
    refresh: float = 300.0


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """`servers` are linked by this account; `problem` is why its list could not be read."""

    servers: int
    problem: Ended | None

    @property
    def is_crowded(self) -> bool:
        """True where the Panel's limit may not suffice for that many."""
        return self.servers > MOST


@dataclass(frozen=True, slots=True)
class HouseStatus:
    """How it stands with a Panel, account by account in the order of its keys; a node has one.

    `silence` is why the Panel that Wings asks before a start does not answer, "" where it does.
    """

    name: str
    accounts: tuple[AccountStatus, ...]
    has_answered: bool = True  # at least once, if only with a no
    silence: str = ""


class House:
    """The keepers of the servers of one Panel, or of one node that has none."""

    def __init__(
        self,
        rules: HouseRules,
        *,
        clock: Clock,
        chance: Random,
        inbox: Inbox,
        claims: dict[str, House] | None = None,
        rank: int = 0,
    ) -> None:
        """`claims` says whose each server is, where several houses may list the same one.

        The house of the least `rank` has it: a node knows less of a server than its Panel.
        """
        self.name = rules.name
        self.rank = rank
        self._claims = claims if claims is not None else {}
        self.keepers: dict[str, Keeper] = {}
        self.answered = anyio.Event()  # set when the first list was read, or failed
        self.problem: Ended | None = None  # why the last list could not be read
        self._rules = rules
        self._accounts = [Account(steward, clock) for steward in rules.stewards]
        # One asks for all: no key goes with it, so every account would hear the same.
        self._panel = PanelWatch(rules.stewards[0].panel_silence, self._tell_of_panel)
        self._roster = Roster(rules.watches)
        self._clock = clock
        self._chance = chance
        self._inbox = inbox
        self._again = anyio.Event()
        self._tries = 0
        self._group: TaskGroup | None = None

    async def run(self) -> None:
        """Reads the list and keeps the links, until cancelled."""
        async with anyio.create_task_group() as self._group:
            self._group.start_soon(self._panel.run, name=f"pulse of {self.name}")
            while True:
                wait = await self._read_lists()
                self.answered.set()
                await anyio.sleep(min(LISTED_NO_OFTENER, wait))
                with anyio.move_on_after(max(0.0, wait - LISTED_NO_OFTENER)):
                    await self._again.wait()
                self._again = anyio.Event()

    def list_again(self) -> None:
        """Reads the list soon."""
        self._again.set()

    def wake(self) -> None:
        """Tries everything again soon, as after a reload: who reloads has probably mended something."""
        for keeper in self.keepers.values():
            keeper.wake()
        self.list_again()

    def watch(self, watches: Callable[[Profile], bool]) -> None:
        """Other servers are chosen from the next list on."""
        self._roster.watches = watches

    def hand_over(self, server: str) -> None:
        """Another house has this server from now on, with a link of its own: it is not gone."""
        keeper = self._dismiss(server)
        self._roster.forget(server)
        if keeper.session.is_live:
            lost = LinkLost(server=server, at=self._clock.now(), reason=Cause.DROPPED.value)
            self._inbox.put(lost)
        if self._panel.silence:
            self._inbox.put(PanelBack(server=server, at=self._clock.now()))  # the other house has its own

    def statuses(self) -> list[LinkStatus]:
        """How it stands with each link."""
        known = self._roster.known
        return [
            keeper.status(self.name, suspended=known[server].suspended)
            for server, keeper in self.keepers.items()
        ]

    def status(self) -> HouseStatus:
        """How it stands with each account."""
        load = Counter(keeper.account for keeper in self.keepers.values())
        accounts = (AccountStatus(load[account], account.problem) for account in self._accounts)
        return HouseStatus(self.name, tuple(accounts), self.answered.is_set(), self._panel.silence)

    async def _read_lists(self) -> float:
        """Reads the list of every account; answers the seconds until the next reading."""
        profiles: dict[str, Profile] = {}
        seen: dict[str, list[Account]] = {}
        for account in self._accounts:
            for profile in await self._listed(account):
                profiles.setdefault(profile.uuid, profile)
                seen.setdefault(profile.uuid, []).append(account)
        problems = [account.problem for account in self._accounts if account.problem is not None]
        self._take(profiles, self._owners(seen), whole=not problems)
        self.problem = problems[0] if problems else None
        if self.problem is None:
            self._tries = 0
            return self._rules.refresh * self._chance.uniform(*REFRESH_JITTER)
        self._tries += 1
        backoff = PLANS[self.problem.cause].backoff if PLANS[self.problem.cause].parked else _UNREAD
        return backoff.wait(self._tries, self._chance, asked=self.problem.after)

    async def _listed(self, account: Account) -> list[Profile]:
        try:
            profiles = await account.steward.servers()
        except (Weather, Refused) as problem:
            end = trouble(problem)
            if end.cause in OF_SILENCE and not self._panel.silence:
                await self._panel.ask()  # before the problem stands, so that the log tells one of the two
            account.problem = end
            if account.problem.cause in REFUSES_US:
                account.bar(account.problem)
            return []
        # A list that was good before is no news: a server that gives us no permission stays parked.
        if account.admit():
            for keeper in self.keepers.values():
                if keeper.account is account:
                    keeper.mended()
        return profiles

    def _owners(self, seen: dict[str, list[Account]]) -> dict[str, Account]:
        """A server leaves its account when that sees it no more, or is refused; not in passing weather."""
        kept = {server: keeper.account for server, keeper in self.keepers.items()}
        for server, account in kept.items():
            if server in seen and account.problem is not None and account.barred is None:
                seen[server].append(account)
        return spread(seen, kept)

    def _take(self, profiles: dict[str, Profile], owners: dict[str, Account], *, whole: bool) -> None:
        ours = [
            profile for uuid, profile in profiles.items() if self._claims.get(uuid, self).rank >= self.rank
        ]
        changes = self._roster.read(ours, whole=whole)
        for profile in changes.listed:
            self._tell(profile)
            keeper = self.keepers.get(profile.uuid)
            if keeper is not None:
                keeper.wake()
            else:
                self._keep(profile.uuid, owners[profile.uuid])
        for uuid, reason in changes.gone.items():
            self._let_go(uuid, reason)
        for uuid, keeper in self.keepers.items():
            keeper.move(owners.get(uuid, keeper.account))

    def _tell(self, profile: Profile) -> None:
        self._inbox.put(ServerListed(server=profile.uuid, at=self._clock.now(), profile=profile))

    def _tell_of_panel(self, silence: str) -> None:
        now = self._clock.now()
        for server in self.keepers:
            if silence:
                self._inbox.put(PanelLost(server=server, at=now, detail=silence))
            else:
                self._inbox.put(PanelBack(server=server, at=now))
        if not silence:
            self.list_again()  # it may have changed meanwhile

    def _keep(self, server: str, account: Account) -> None:
        assert self._group is not None
        if (holder := self._claims.get(server)) is not None:
            holder.hand_over(server)
        keeper = Keeper(
            server,
            account=account,
            door=self._rules.door,
            clock=self._clock,
            chance=self._chance,
            inbox=self._inbox,
            house=self.list_again,
            ask_panel=self.ask_panel,
            panel=self._panel,
        )
        self.keepers[server] = keeper
        if self._panel.silence:
            self._inbox.put(PanelLost(server=server, at=self._clock.now(), detail=self._panel.silence))
        self._claims[server] = self
        self._group.start_soon(keeper.run, name=f"link {server}")

    def _let_go(self, server: str, reason: str) -> None:
        self._dismiss(server)
        self._inbox.put(ServerGone(server=server, at=self._clock.now(), reason=reason))

    def _dismiss(self, server: str) -> Keeper:
        keeper = self.keepers.pop(server)
        del self._claims[server]
        keeper.scope.cancel()
        keeper.account.tokens.forget(server)
        return keeper

    def ask_panel(self, server: str) -> None:
        """Reads soon what the Panel, or the node, says of one server."""
        assert self._group is not None
        self._group.start_soon(self._read_one, server, name=f"profile {server}")

    async def _read_one(self, server: str) -> None:
        """What the Panel says of a server with which something is; the list tells it later anyway."""
        keeper = self.keepers.get(server)
        if keeper is None:
            return
        try:
            profile = await keeper.account.steward.server(server)
        except (Weather, Refused):
            return
        if server in self.keepers and self._roster.said(profile):
            self._tell(profile)
