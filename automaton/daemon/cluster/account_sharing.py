"""Keeps this member's share of each account's limit, and paces its requests by it.

Law: what a share is, is decided in `cluster/account_shares.py`. Until the first one is ours an account is
asked for nothing but actions: the others may have all of its limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import anyio
import structlog

from automaton.cluster import account_shares
from automaton.cluster.account_shares import AccountShares, needed
from automaton.cluster.names import word_of
from automaton.daemon.cluster.shared_state import SharedValue
from automaton.errors import Weather
from automaton.pace.clock import BootClock
from automaton.wings.panel_status import AccountStatus, PanelStatus

TURNS_EVERY = 1.0
"""Seconds between two looks at what is needed: less would change what others have before they saw it."""

PER_PAGE = 100
"""Servers on one page of a Panel's list."""

PREFIX = "shares."

Account = tuple[str, int]
"""A Panel's name, and the place of the account among its keys: the same on every member."""


class Pace(Protocol):
    """How fast one account is asked (`panel/request_pace.py`)."""

    @property
    def per_minute(self) -> float:
        """What all daemons may ask together, as far as is known."""

    @property
    def is_told(self) -> bool:
        """Whether the Panel has said so; else it is a guess."""

    @property
    def owed(self) -> float:
        """Actions that went at once, beyond the pace: all else waits for these too."""

    def share(self, per_minute: float | None) -> None:
        """Asks no more than that from now on."""


class PutsKeys(Protocol):
    """The bucket."""

    async def get(self, key: str) -> SharedValue | None:
        """What stands there. Raises Weather."""

    async def put(self, key: str, value: bytes, revision: int) -> SharedValue | None:
        """Changes it where its last change is that one; None where it is another. Raises Weather."""


class AccountSharing:
    """`listed` is how many servers all lists have together."""

    def __init__(
        self,
        me: str,
        boot: str,
        bucket: PutsKeys,
        paces: Callable[[], Mapping[Account, Pace]],
        statuses: Callable[[], Iterable[PanelStatus]],
        listed: Callable[[], int],
        clock: BootClock,
    ) -> None:
        self._me, self._boot, self._bucket = me, boot, bucket
        self._paces, self._statuses, self._listed, self._clock = paces, statuses, listed, clock
        self._shares: dict[str, AccountShares] = {}
        self._with: set[Account] = set()  # that have a share
        self._log = structlog.get_logger()
        self._apply()

    def hear(self, kept: SharedValue) -> None:
        """A table as it was changed by anybody. Raises ValueError for what is none."""
        table = account_shares.decode(kept.value)
        self._of(kept.key).heard(table, kept.revision, self._clock.boot())

    def shares(self) -> dict[Account, float]:
        """Requests a minute that are ours of each account, 0 for none."""
        now = self._clock.boot()
        return {account: self._of(_key(account)).per_minute(now) for account in self._paces()}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.turn()
            await anyio.sleep(TURNS_EVERY)

    async def turn(self) -> None:
        """Asks for what is needed now, of each account, and paces by what is ours."""
        wanted = self._wanted()
        for account, pace in self._paces().items():
            await self._ask(_key(account), wanted.get(account, pace.per_minute), pace)
        self._apply()

    async def _ask(self, key: str, wanted: float, pace: Pace) -> None:
        shares, limit = self._of(key), pace.per_minute
        now = self._clock.boot()
        proposed = shares.propose(min(wanted, limit), limit, now, is_told=pace.is_told)
        if proposed is None:
            return
        self._apply()  # what becomes less is less before others see it
        is_missed = False
        try:
            kept = await self._bucket.put(key, account_shares.encode(proposed.table), proposed.revision)
            is_missed = kept is None and await self._bucket.get(key) is None
        except Weather:
            kept = None
        if kept is not None:
            shares.written(kept.revision)
            return
        shares.not_written()
        if is_missed:
            shares.missed(self._clock.boot())

    def _wanted(self) -> dict[Account, float]:
        """Of accounts whose list was not read yet all is wanted: nobody knows yet what they need."""
        pages, paces = self._listed() / PER_PAGE, self._paces()
        return {
            (panel.name, place): _needed(one, pages, paces[panel.name, place].owed)
            for panel in self._statuses()
            if panel.has_answered
            for place, one in enumerate(panel.accounts)
            if (panel.name, place) in paces
        }

    def _apply(self) -> None:
        now = self._clock.boot()
        for account, pace in self._paces().items():
            per_minute = self._of(_key(account)).per_minute(now)
            pace.share(per_minute)
            self._tell(account, per_minute)

    def _of(self, key: str) -> AccountShares:
        return self._shares.setdefault(key, AccountShares(self._me, self._boot))

    def _tell(self, account: Account, per_minute: float) -> None:
        if per_minute > 0.0:
            self._with.add(account)
        elif account in self._with:
            self._with.discard(account)
            self._log.warning(
                "account.no_share",
                panel=account[0],
                account=account[1] + 1,
                reason="its table in NATS could not be written for a minute: tokens and lists wait",
            )


def _needed(account: AccountStatus, pages: float, owed: float) -> float:
    return needed(account.servers, account.unseen, owed) + pages


def _key(account: Account) -> str:
    return f"{PREFIX}{word_of(account[0])}.{account[1]}"
