"""Authentication on one socket: the first `auth`, its renewal in time, and what refusals mean.

One `auth` is in flight at a time: two at once double every event (protocol.md 2.5). An expired token
does not end the connection; it blinds it, and a new one on the same socket restores sight.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from math import inf
from random import Random

from automaton.core.moment import Moment
from automaton.wings.causes import PLANS, Cause
from automaton.wings.session_output import Authenticate, Ended, NeedToken, Output
from automaton.wings.token import Token

ANSWERED_WITHIN = 15.0  # seconds for an answer to `auth`; N-dev drops the socket after 30 without a good one
RENEWED_AT = (0.6, 0.8)  # of the token's life
RENEWED_NO_SOONER = (15.0, 20.0)  # seconds after an auth, so that short lives stay under four a minute
_AFTER_REFUSAL = (1.0, 2.0)  # a token of the very second of a denial is denied too (protocol.md 2.7)
_AFTER_ANOTHER = (6.0, 8.0)  # Wings takes two auths at once, then one in five seconds (protocol.md 3.1)
_WHILE_GOOD = (30.0, 60.0)  # a renewal that failed while the old token still holds
_HURRIED = (0.0, 5.0)  # other links hurry as well
# Seconds: a clock is set once, and a machine stands still once. A node whose clock is ahead for good teaches
# it again, at the cost of a second's events.
_LEARNT_FOR = 3600.0
_REFUSALS = 3  # in a row, each with a fresh token, until a person is needed

_ANSWER_PREFIX = "Error Event ["  # only what answers our own frame has it (protocol.md 2.4)


class Refusal(Enum):
    """What a `jwt error` means."""

    WORN = auto()
    ABSENT = auto()
    NO_CONNECT = auto()
    MISMATCH = auto()


def refusal(text: str) -> Refusal:
    """The meaning of a `jwt error`; WORN (expired, denied) for any text that we do not know."""
    if "missing connect permission" in text:
        return Refusal.NO_CONNECT
    if "uuid mismatch" in text:
        return Refusal.MISMATCH
    if "no jwt present" in text:
        return Refusal.ABSENT
    return Refusal.WORN


@dataclass(frozen=True, slots=True)
class Authenticated:
    """An `auth` succeeded. `lost`: how many events were replaced by errors before it."""

    first: bool
    lost: int


class Auth:
    """The authentication of one session, over all its sockets."""

    __slots__ = (
        "_chance", "_daemon_errors", "_deadline_of_answer", "_fetch_at", "_fetch_fresh", "_fetching",
        "_learnt_at", "_learnt_life", "_not_before", "_refusals", "_renew_at", "_resend_at", "_tries",
        "blind_since", "good", "in_flight", "lost", "token_used", "trouble",
    )  # fmt: skip

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.token_used: Token | None = None  # the one that was sent last
        self._learnt_life = inf  # a node whose clock is ahead ends tokens early; learnt from its errors
        self._learnt_at = -inf
        self.closed()

    def closed(self) -> None:
        """The socket is gone; what was learnt about the lives of tokens stays."""
        self.good = False
        self.in_flight = False
        self.blind_since: float | None = None
        self.lost = 0
        self.trouble: Ended | None = None  # why the last token could not be had
        self._fetching = False
        self._fetch_at = self._renew_at = self._resend_at = self._deadline_of_answer = inf
        self._fetch_fresh = False
        self._refusals = self._daemon_errors = 0
        self._tries = 0
        self._not_before = -inf

    @property
    def is_renewing(self) -> bool:
        """True from when a token is asked for until it is answered."""
        return self._fetching or self.in_flight

    @property
    def sees(self) -> bool:
        """True while events come through."""
        return self.good and self.blind_since is None

    def opened(self, now: Moment) -> list[Output]:
        """The socket is open: a token is needed."""
        self.closed()
        return self._need(fresh=False)

    def token(self, token: Token, now: Moment) -> list[Output]:
        """The token that was needed; it is sent at once."""
        if not self._fetching:
            return []
        self._fetching = False
        self.trouble = None
        self.token_used = token
        self._tries = 0
        return self._ask(now)

    def token_failed(self, trouble: Ended, now: Moment) -> list[Output]:
        """No token could be had. That ends a connection which sees nothing where only a person can help."""
        self._fetching = False
        plan = PLANS[trouble.cause]
        if not self.good or (plan.parked and not self.sees):
            return [trouble]
        if self.trouble is None or trouble.cause is not Cause.PANEL_LATER:
            self.trouble = trouble  # a rate limit tells less than what went wrong before it
        self._tries += 1
        wait = plan.backoff.wait(self._tries, self._chance, asked=trouble.after)
        self._not_before = now.mono + wait  # errors that pour in meanwhile must not shorten it
        self._schedule(self._not_before, fresh=True)
        return []

    def hurry(self, now: Moment) -> None:
        """A renewal that failed is tried again soon: there is another account to ask."""
        self._not_before = -inf
        if self._tries:
            self._tries = 0
            self._fetch_at = min(self._fetch_at, now.mono + self._chance.uniform(*_HURRIED))

    def succeeded(self, now: Moment) -> Authenticated | None:
        """`auth success` came; None where nothing of ours was in flight."""
        if not self.in_flight or self.token_used is None:
            return None
        done = Authenticated(first=not self.good, lost=self.lost)
        self.in_flight = False
        self.good = True
        self.blind_since = None
        self.lost = 0
        self._refusals = self._daemon_errors = 0
        self._deadline_of_answer = self._fetch_at = inf
        if now.mono - self._learnt_at > _LEARNT_FOR:
            self._learnt_life = inf
        life = min(self.token_used.life, self._learnt_life)
        planned = self.token_used.received.mono + life * self._chance.uniform(*RENEWED_AT)
        self._renew_at = max(planned, now.mono + self._chance.uniform(*RENEWED_NO_SOONER))
        return done

    def refused(self, text: str, now: Moment) -> list[Output]:
        """A `jwt error`: the answer to our auth, or what Wings sends in place of an event."""
        meaning = refusal(text)
        if self.in_flight and (not self.good or text.startswith(_ANSWER_PREFIX)):
            self.in_flight = False
            self._deadline_of_answer = inf
            return self._auth_failed(meaning, text, now)
        if not self.good:
            return []
        match meaning:
            case Refusal.NO_CONNECT:
                return [Ended(Cause.NO_PERMISSION, text)]
            case Refusal.MISMATCH:
                return [Ended(Cause.MOVED, text)]
            case Refusal.ABSENT | Refusal.WORN:
                self._go_blind(text, now)
        return []

    def daemon_error(self, text: str, now: Moment) -> list[Output]:
        """A `daemon error` while an auth is in flight: Wings cannot read the token, or its key differs."""
        self.in_flight = False
        self._deadline_of_answer = inf
        self._daemon_errors += 1
        if self._daemon_errors > 1:
            return [Ended(Cause.NODE_TOKEN_DIFFERS, text)]
        self._schedule(now.mono + self._chance.uniform(*_AFTER_REFUSAL), fresh=True)
        return []

    def throttled(self, now: Moment) -> None:
        """Wings dropped our auth unread; it is sent again when Wings' bucket has refilled."""
        if self.in_flight:
            self.in_flight = False
            self._deadline_of_answer = inf
            self._resend_at = now.mono + self._chance.uniform(*_AFTER_ANOTHER)

    def expiring(self, now: Moment) -> None:
        """Wings says that the token is about to expire: a backstop for our own schedule."""
        if self.good:
            self._schedule(now.mono, fresh=True)

    def advance(self, now: Moment) -> list[Output]:
        """What follows from time having passed."""
        mono = now.mono
        if mono >= self._deadline_of_answer:
            return [Ended(Cause.AUTH_UNANSWERED)]
        if mono >= self._resend_at:
            self._resend_at = inf
            return self._ask(now)
        if mono >= self._renew_at:
            self._renew_at = inf
            self._schedule(mono, fresh=True)
        if mono >= self._fetch_at:
            return self._need(self._fetch_fresh)
        return []

    def next_deadline(self) -> float:
        """The `mono` at which `advance` is next needed."""
        return min(self._deadline_of_answer, self._resend_at, self._renew_at, self._fetch_at)

    def _go_blind(self, text: str, now: Moment) -> None:
        self.lost += 1
        if self.blind_since is None:
            self.blind_since = now.mono
            if self.token_used is not None and not self.in_flight and "exp claim" in text:
                self._learnt_life = max(60.0, min(self._learnt_life, now - self.token_used.received))
                self._learnt_at = now.mono
        self._schedule(now.mono + self._chance.uniform(*_AFTER_REFUSAL), fresh=True)

    def _auth_failed(self, meaning: Refusal, text: str, now: Moment) -> list[Output]:
        if meaning is Refusal.NO_CONNECT:
            return [Ended(Cause.NO_PERMISSION, text)]
        if meaning is Refusal.MISMATCH:
            return [Ended(Cause.MOVED, text)]
        self._refusals += 1
        if self.sees:
            self._schedule(now.mono + self._chance.uniform(*_WHILE_GOOD), fresh=True)
            return []
        if self._refusals >= _REFUSALS:
            return [Ended(Cause.TOKEN_REFUSED, text)]
        wait = _AFTER_REFUSAL if self._refusals == 1 else _AFTER_ANOTHER
        self._schedule(now.mono + self._chance.uniform(*wait), fresh=True)
        return []

    def _ask(self, now: Moment) -> list[Output]:
        assert self.token_used is not None
        self.in_flight = True
        self._deadline_of_answer = now.mono + ANSWERED_WITHIN
        return [Authenticate(self.token_used.jwt)]

    def _schedule(self, mono: float, *, fresh: bool) -> None:
        if self._fetching or self.in_flight or self._resend_at < inf:
            return
        self._fetch_at = min(self._fetch_at, max(mono, self._not_before))
        self._fetch_fresh = fresh

    def _need(self, fresh: bool) -> list[Output]:
        self._fetch_at = inf
        self._fetching = True
        return [NeedToken(fresh)]
