"""One Panel and the servers behind it: the list is read again and again, each server has its keeper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import anyio
from anyio.abc import TaskGroup

from automaton.core.events import Profile, ServerGone, ServerListed
from automaton.errors import Refused, Weather
from automaton.pace.backoff import Backoff
from automaton.pace.clock import Clock
from automaton.wings.account import Account, Steward
from automaton.wings.answers import Ended
from automaton.wings.causes import PLANS, Cause
from automaton.wings.conversation import trouble
from automaton.wings.inbox import Inbox
from automaton.wings.keeper import Keeper, LinkStatus
from automaton.wings.link import Door
from automaton.wings.roster import Roster

REFRESH_JITTER = (0.8, 1.2)
LISTED_NO_OFTENER = 15.0  # seconds between two lists, however many events ask for one
_UNREAD = Backoff(first=4, cap=120)


@dataclass(frozen=True, slots=True)
class HouseRules:
    """`stewards`: one a key. `refresh` in seconds. `watches` says which of the listed servers are ours."""

    name: str
    stewards: Sequence[Steward]
    door: Door
    watches: Callable[[Profile], bool] = lambda _: True
    refresh: float = 300.0


class House:
    """The keepers of one Panel's servers."""

    def __init__(self, rules: HouseRules, *, clock: Clock, chance: Random, inbox: Inbox) -> None:
        self.name = rules.name
        self.keepers: dict[str, Keeper] = {}
        self.answered = anyio.Event()  # set when the first list was read, or failed
        self.problem: Ended | None = None  # why the last list could not be read
        self._rules = rules
        self._accounts = [Account(steward, clock) for steward in rules.stewards]
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

    def watch(self, watches: Callable[[Profile], bool]) -> None:
        """Other servers are chosen from now on; the list is read soon."""
        self._roster.watches = watches
        self.list_again()

    def statuses(self) -> list[LinkStatus]:
        """How it stands with each link."""
        return [keeper.status(self.name) for keeper in self.keepers.values()]

    async def _read_lists(self) -> float:
        """Reads the list of every account; answers the seconds until the next reading."""
        found: dict[str, tuple[Profile, Account]] = {}
        problems: list[Ended] = []
        for account in self._accounts:
            try:
                profiles = await account.steward.servers()
            except (Weather, Refused) as problem:
                problems.append(trouble(problem))
                if problems[-1].cause is Cause.KEY_REFUSED:
                    account.bar(problems[-1])
            else:
                account.admit()
                self._divide(profiles, account, found)
        self._take(found, whole=not problems)
        self.problem = problems[0] if problems else None
        if self.problem is None:
            self._tries = 0
            return self._rules.refresh * self._chance.uniform(*REFRESH_JITTER)
        self._tries += 1
        backoff = PLANS[self.problem.cause].backoff if PLANS[self.problem.cause].parked else _UNREAD
        return backoff.wait(self._tries, self._chance, asked=self.problem.after)

    def _divide(
        self, profiles: list[Profile], account: Account, found: dict[str, tuple[Profile, Account]]
    ) -> None:
        """A server that several accounts see stays with the one that has it, else goes to the least busy."""
        load = dict.fromkeys(self._accounts, 0)
        for _, owner in found.values():
            load[owner] += 1
        for profile in profiles:
            if profile.uuid not in found:
                found[profile.uuid] = (profile, account)
                load[account] += 1
                continue
            _, owner = found[profile.uuid]
            kept = self.keepers.get(profile.uuid)
            if account is kept.account if kept else load[account] < load[owner]:
                found[profile.uuid] = (profile, account)
                load[account] += 1
                load[owner] -= 1

    def _take(self, found: dict[str, tuple[Profile, Account]], *, whole: bool) -> None:
        changes = self._roster.read((profile for profile, _ in found.values()), whole=whole)
        for profile in changes.listed:
            self._tell(profile)
            keeper = self.keepers.get(profile.uuid)
            if keeper is not None:
                keeper.wake()
            else:
                self._keep(profile.uuid, found[profile.uuid][1])
        for uuid, reason in changes.gone.items():
            self._let_go(uuid, reason)

    def _tell(self, profile: Profile) -> None:
        self._inbox.put(ServerListed(server=profile.uuid, at=self._clock.now(), profile=profile))

    def _keep(self, server: str, account: Account) -> None:
        assert self._group is not None
        keeper = Keeper(
            server,
            account=account,
            door=self._rules.door,
            clock=self._clock,
            chance=self._chance,
            inbox=self._inbox,
            house=self.list_again,
            ask_panel=self._ask_panel,
        )
        self.keepers[server] = keeper
        self._group.start_soon(keeper.run, name=f"link {server}")

    def _let_go(self, server: str, reason: str) -> None:
        keeper = self.keepers.pop(server)
        keeper.scope.cancel()
        keeper.account.tokens.forget(server)
        self._inbox.put(ServerGone(server=server, at=self._clock.now(), reason=reason))

    def _ask_panel(self, server: str) -> None:
        assert self._group is not None
        self._group.start_soon(self._read_one, server, name=f"profile {server}")

    async def _read_one(self, server: str) -> None:
        """What the Panel says of a server whose link was refused; the list tells it later anyway."""
        keeper = self.keepers.get(server)
        if keeper is None:
            return
        try:
            profile = await keeper.account.steward.server(server)
        except (Weather, Refused):
            return
        if server in self.keepers and self._roster.said(profile):
            self._tell(profile)
