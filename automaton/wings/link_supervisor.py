"""Keeps one server's link up: connects, waits as the cause of the end demands, connects again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random

import anyio

from automaton.core.events import Event, LinkLost, LinkUp
from automaton.core.moment import Moment
from automaton.pace.backoff import Backoff
from automaton.pace.clock import Clock
from automaton.wings.account import Account
from automaton.wings.causes import PLANS, REFUSES_US, Cause
from automaton.wings.event_router import TakesEvents
from automaton.wings.link_opening import ConnectOptions
from automaton.wings.panel_health import PanelHealth
from automaton.wings.session import Session
from automaton.wings.session_driver import SessionDriver
from automaton.wings.session_output import Ended

WAITED_FOR = "a valid token is waited for"
SUSPENDED = "the server is suspended; its link comes up when that is lifted"
STEADY_AFTER = 60.0  # seconds up, after which the next failure counts as the first again


class LinkState(StrEnum):
    """PARKED: a person must act. RETRYING: it may pass by itself. SUSPENDED: no link is wanted."""

    CONNECTING = "connecting"
    LIVE = "live"
    BLIND = "blind"
    RETRYING = "retrying"
    PARKED = "parked"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """The state of one link. `reason` is a sentence; `cause` its short name, "" while all is well.

    `since`: when the state began, for this cause. `unseen_since`: since when the server has not been
    seen, whatever the causes have been; None while it is seen.

    `errors` counts Wings' errors that answered nothing of ours, the last of them in `error`; `lines_cut`
    the lines that were longer than a rule sees.
    """

    server: str
    panel: str
    state: LinkState
    cause: str
    reason: str
    since: Moment
    tries: int
    next_try: Moment | None
    unseen_since: Moment | None = None
    errors: int = 0
    error: str = ""
    lines_cut: int = 0


# Looked up once: Python 3.11 takes longer to find a member of an enum than to compare it.
_LIVE = LinkState.LIVE


class LinkSupervisor:
    """The supervisor of one link. `list_again` and `ask_panel` say that the Panel has news of the server."""

    def __init__(
        self,
        server: str,
        *,
        account: Account,
        options: ConnectOptions,
        clock: Clock,
        chance: Random,
        queue: TakesEvents,
        list_again: Callable[[], None],
        ask_panel: Callable[[str], None],
        panel: PanelHealth,
    ) -> None:
        self.server = server
        self.account = account
        self.options = options
        self.panel = panel
        self.session = Session(server, chance)
        self.driver = SessionDriver(self.session, options, account.tokens, clock, self)
        self.scope = anyio.CancelScope()
        self.reconnects: dict[Cause, int] = {}
        self._clock = clock
        self._chance = chance
        self._queue = queue
        self._list_again = list_again
        self._ask_panel = ask_panel
        self._woken: anyio.Event | None = None  # from the beginning of a try until it is up, or tries again
        self._admission: anyio.CancelScope | None = None  # while it waits for its account
        self._backoff: Backoff | None = None
        self._tries = 0
        self._up: Moment | None = None
        self._end: Ended | None = None
        self._since = clock.now()
        self._unseen: Moment | None = self._since
        self._next_try: Moment | None = None
        self._told: LinkStatus | None = None  # the last status that was asked for

    async def run(self) -> None:
        """Connects again and again, until `scope` is cancelled."""
        with self.scope:
            begins = True
            while True:
                begins |= await self._wait_for_account()
                if begins:
                    # Thousands begin at once, and an upgrade takes milliseconds: events come in between.
                    await self.options.begins.next()
                    begins = False
                    continue  # its account may be refused by now
                self._next_try, self._woken = None, anyio.Event()  # a change may come too late for this try
                end = await self.driver.connect()
                await self._wait(self._learn(end))

    def switch_account(self, account: Account) -> None:
        """Uses another account from now on. A link that is up stays up."""
        if account is self.account:
            return
        self.account.tokens.forget(self.server)
        self.account = account
        self.driver.switch_tokens(account.tokens)
        if self._admission is not None:
            self._admission.cancel()
        self.wake()

    def put(self, event: Event) -> None:
        """Hands on an event, and learns from it whether the link is up."""
        if type(event) is LinkUp:
            self._up = self._since = event.at
            self._end = self._unseen = self._woken = None
        elif type(event) is LinkLost and self._unseen is None:
            self._unseen = self._unseen_since() or event.at
        self._queue.put(event)

    def list_again(self) -> None:
        """The list of servers has probably changed."""
        self._list_again()

    def wake(self) -> None:
        """Ends the wait for a connection or a token: something changed, and it may succeed now."""
        if self._woken is not None:
            self._woken.set()
        self.driver.hurry()

    def ends_untold(self) -> None:
        """No list will tell when what bars it has passed: it is asked at even distances."""
        if self._end is not None:
            self._backoff = None

    def account_recovered(self) -> None:
        """Its account works again: what a person had to mend probably is mended."""
        trouble = self._end or self.session.token_trouble
        if trouble is not None and PLANS[trouble.cause].parked:
            self.wake()

    def status(self, panel: str, *, suspended: bool = False) -> LinkStatus:
        """Its state now. `suspended` comes from the Panel: Wings uses the same code for a restore."""
        end = self._end
        if self.session.is_live:
            if self._is_as_told(panel):
                assert self._told is not None
                return self._told
            state, cause, reason = LinkState.LIVE, "", ""
        elif suspended:
            state, cause, reason = LinkState.SUSPENDED, Cause.SUSPENDED.value, SUSPENDED
        elif end is not None:
            state = LinkState.PARKED if PLANS[end.cause].parked else LinkState.RETRYING
            cause, reason = _cause_and_reason(end, self.options)
        elif self._up is None:
            state, cause, reason = LinkState.CONNECTING, "", ""
        else:
            cause, why = _cause_and_reason(self.session.token_trouble, self.options)
            state, reason = LinkState.BLIND, f"{WAITED_FOR}: {why}" if why else WAITED_FOR
        unseen = None if state is LinkState.LIVE else self._unseen_since()
        # A blind link has been open for longer: it is blind since its token stopped being valid.
        since = unseen if state is LinkState.BLIND and unseen is not None else self._since
        counts = self.session.counts
        self._told = LinkStatus(
            self.server, panel, state, cause, reason, since, self._tries, self._next_try, unseen,
            errors=counts["errors_unasked"], error=self.session.last_error, lines_cut=counts["lines_cut"],
        )  # fmt: skip
        return self._told

    def _is_as_told(self, panel: str) -> bool:
        """Whether a live link is still as it was told last: all links are looked at every second."""
        told, counts = self._told, self.session.counts
        return (
            told is not None
            and told.state is _LIVE
            and told.since is self._since
            and told.tries == self._tries
            and told.next_try is self._next_try
            and told.errors == counts.get("errors_unasked", 0)  # a Counter looks up in Python what it has not
            and told.lines_cut == counts.get("lines_cut", 0)
            and told.error == self.session.last_error
            and told.panel == panel
        )

    def _unseen_since(self) -> Moment | None:
        """A link without a valid token counts as lost some seconds after it went blind."""
        blind = self.session.blind_since
        if blind is None:
            return self._unseen
        now = self._clock.now()
        return now + (blind - now.mono)

    def _learn(self, end: Ended) -> float:
        """Takes in why the connection ended; gives the seconds to wait."""
        now, plan = self._clock.now(), PLANS[end.cause]
        was_steady = self._up is not None and now - self._up > STEADY_AFTER
        self._tries = 1 if was_steady or plan.backoff is not self._backoff else self._tries + 1
        if self._up is not None or self._end is None or self._end.cause is not end.cause:
            self._since = now
        self._up, self._end, self._backoff = None, end, plan.backoff
        self.reconnects[end.cause] = self.reconnects.get(end.cause, 0) + 1
        if plan.drop_token:
            self.account.tokens.drop(self.server)
        if plan.ask_panel:
            self._ask_panel(self.server)
        if end.cause in REFUSES_US:
            self.account.bar(end)
        return plan.backoff.wait(self._tries, self._chance, asked=end.after)

    async def _wait_for_account(self) -> bool:
        """Waits until the account's key is accepted, or there is another account; whether it had to."""
        waited = False
        while self.account.barred is not None:
            waited, self._next_try = True, None
            with anyio.CancelScope() as self._admission:
                await self.account.admitted()
        return waited

    async def _wait(self, wait: float) -> None:
        self._woken = self._woken or anyio.Event()
        self._next_try = self._clock.now() + wait
        with anyio.move_on_after(wait):
            await self._woken.wait()
            # Other links were probably woken with this one: they do not all connect at once.
            await anyio.sleep(self._chance.uniform(0.0, 5.0))


def _cause_and_reason(end: Ended | None, options: ConnectOptions) -> tuple[str, str]:
    """A cause's short name, and its advice with the detail."""
    if end is None:
        return "", ""
    advice = PLANS[end.cause].advice_for(without_panel=options.without_panel)
    return end.cause.value, f"{advice} ({end.detail})" if end.detail else advice
