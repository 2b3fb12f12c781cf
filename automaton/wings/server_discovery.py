"""Which servers one Panel, or node, has: the lists of all its accounts, read as one, again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from automaton.core.events import Profile
from automaton.errors import Refused, Weather
from automaton.pace.backoff import Backoff
from automaton.wings.account import Account
from automaton.wings.causes import OUTAGE_CAUSES, PLANS, REFUSES_US
from automaton.wings.panel_health import PanelHealth
from automaton.wings.session_driver import ended_by
from automaton.wings.session_output import Ended

REFRESH_JITTER = (0.8, 1.2)  # times the interval between two readings
_UNREAD = Backoff(first=4, cap=120)  # between tries of a list that could not be read


@dataclass(frozen=True, slots=True)
class Discovered:
    """What was listed, by uuid, and by which accounts. `whole` False: a list is missing."""

    profiles: dict[str, Profile]
    seen_by: dict[str, list[Account]]
    whole: bool


class ServerDiscovery:
    """Reads the lists of all accounts. `recovered` is called for one whose list can be read again."""

    def __init__(
        self,
        accounts: Sequence[Account],
        health: PanelHealth,
        *,
        refresh: float,
        chance: Random,
        recovered: Callable[[Account], None],
    ) -> None:
        """`refresh` is the usual number of seconds between two readings."""
        self.problem: Ended | None = None  # why a list could not be read the last time
        self._accounts = accounts
        self._health = health
        self._refresh = refresh
        self._chance = chance
        self._recovered = recovered
        self._failures = 0  # readings in a row that were not whole

    async def read(self) -> Discovered:
        """Reads every list now. Never raises for the network: `problem` says what was wrong."""
        profiles: dict[str, Profile] = {}
        seen_by: dict[str, list[Account]] = {}
        for account in self._accounts:
            for profile in await self._listed(account):
                profiles.setdefault(profile.uuid, profile)
                seen_by.setdefault(profile.uuid, []).append(account)
        problems = [account.problem for account in self._accounts if account.problem is not None]
        self.problem = problems[0] if problems else None
        self._failures = self._failures + 1 if problems else 0
        return Discovered(profiles, seen_by, whole=not problems)

    def pause(self) -> float:
        """Seconds until the next reading."""
        if self.problem is None:
            return self._refresh * self._chance.uniform(*REFRESH_JITTER)
        plan = PLANS[self.problem.cause]
        backoff = plan.backoff if plan.parked else _UNREAD
        return backoff.wait(self._failures, self._chance, asked=self.problem.after)

    async def _listed(self, account: Account) -> list[Profile]:
        try:
            profiles = await account.api.servers()
        except (Weather, Refused) as problem:
            end = ended_by(problem)
            if end.cause in OUTAGE_CAUSES and not self._health.outage:
                # Before the problem is kept, so that the log tells of one of the two.
                await self._health.check()
            account.problem = end
            if end.cause in REFUSES_US:
                account.bar(end)
            return []
        # Only a list that could not be read before is news: a server without permission stays parked.
        if account.admit():
            self._recovered(account)
        return profiles
