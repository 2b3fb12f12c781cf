"""Tokens for the websocket: read, cached and fetched sparingly.

The Panel gives at most five a minute for one server, to us and all its users together
(protocol.md 6.3). So a token is reused while it lives, and for each server one request is under way
at a time, and never more than four go in any minute.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import jwt as pyjwt

from automaton.core.moment import Moment
from automaton.errors import TryLater
from automaton.pace.bucket import SlidingWindow
from automaton.pace.clock import Clock
from automaton.pace.single_flight import SingleFlight
from automaton.secret import Secret

USUAL_LIFE = 600.0  # what both Panels issue (protocol.md 2.1)
REUSED_WITH = 90.0  # seconds that a token must have left to be used for another connection
LONGEST_LIFE = 86_400.0  # a token that claims to live longer is renewed each day all the same
LAST_MOMENT = 253_402_300_799  # the end of the year 9999, in Unix seconds
REQUESTS_A_MINUTE = 4  # of the five that everybody shares


class Grant(Protocol):
    """The Panel's answer: a token, and the address of the socket that takes it."""

    @property
    def token(self) -> Secret:
        """The JWT; it opens the server's console."""

    @property
    def socket(self) -> str:
        """A `wss://` or `ws://` address, as the Panel wrote it."""


class TokenSource(Protocol):
    """What gives tokens: a Panel, or a node's own key."""

    async def websocket(self, server: str) -> Grant:
        """A new token. Raises Unreachable, TryLater or Refused."""


@dataclass(frozen=True, slots=True)
class Token:
    """`life` in seconds from `received`, by its own claims; `permissions` None where unreadable."""

    jwt: Secret
    socket: str
    received: Moment
    life: float
    permissions: frozenset[str] | None = None

    def left(self, now: Moment) -> float:
        """Seconds until it expires, counted from its receipt: other machines' clocks may differ."""
        return self.life - (now - self.received)

    def allows(self, permission: str) -> bool:
        """False only where the token says so: `*` includes all but the admin ones (protocol.md 2.3)."""
        if self.permissions is None or permission in self.permissions:
            return True
        return "*" in self.permissions and not permission.startswith("admin")


def read_token(jwt: Secret, socket: str, received: Moment) -> Token:
    """The token with what its claims say. They are not verified: the node does that, and only it can."""
    try:
        claims = pyjwt.decode(jwt.reveal(), options={"verify_signature": False})
    except (pyjwt.PyJWTError, ValueError, RecursionError):
        return Token(jwt, socket, received, USUAL_LIFE)
    issued, expires = _seconds(claims.get("iat")), _seconds(claims.get("exp"))
    life = expires - issued if issued is not None and expires is not None else USUAL_LIFE
    named = claims.get("permissions")
    permissions = _shared(tuple(str(name) for name in named)) if isinstance(named, list) else None
    return Token(jwt, socket, received, min(max(life, 0.0), LONGEST_LIFE), permissions)


@lru_cache(maxsize=64)
def _shared(names: tuple[str, ...]) -> frozenset[str]:
    """The same set for all tokens that allow the same, as nearly all of one account do: a kilobyte each."""
    return frozenset(names)


def _seconds(claim: object) -> float | None:
    """A moment that a claim names; None where it is no number, or none that a calendar has."""
    if isinstance(claim, bool) or not isinstance(claim, int | float):
        return None
    return float(claim) if 0 <= claim <= LAST_MOMENT else None  # which no NaN passes


class Tokens:
    """The tokens of many servers, from one source."""

    def __init__(self, source: TokenSource, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._kept: dict[str, Token] = {}
        self._asked: dict[str, SlidingWindow] = {}
        self._paused: dict[str, float] = {}
        self._flights: SingleFlight[Hashable, Token] = SingleFlight()
        self.requests = 0

    async def get(self, server: str, *, fresh: bool = False) -> Token:
        """A token with more than 90 seconds left; a new one where `fresh` or none is kept.

        Raises TryLater when this server had its share of requests, and what the source raises.
        """
        if fresh:
            self.drop(server)  # the next connection must not find it, should this one end before the answer
        kept = self._kept.get(server)
        if kept is not None and kept.left(self._clock.now()) > REUSED_WITH:
            return kept
        return await self._flights.do(server, lambda: self._fetch(server))

    def drop(self, server: str) -> None:
        """Forgets the token and the address: they proved wrong."""
        self._kept.pop(server, None)

    def forget(self, server: str) -> None:
        """Forgets the server."""
        for known in (self._kept, self._asked, self._paused):
            known.pop(server, None)

    async def _fetch(self, server: str) -> Token:
        mono = self._clock.now().mono
        if (pause := self._paused.get(server, mono) - mono) > 0:
            raise TryLater("the Panel asked to wait with tokens of this server", after=pause)
        window = self._asked.setdefault(server, SlidingWindow(REQUESTS_A_MINUTE, 60.0))
        if (wait := window.wait(mono)) > 0:
            raise TryLater("this server had its four token requests of this minute", after=wait)
        self.requests += 1
        try:
            grant = await self._source.websocket(server)
        except TryLater as later:
            if later.after is not None:
                self._paused[server] = self._clock.now().mono + later.after
            raise
        finally:
            # Counted at its end, for it may have queued for the Panel: the limit is about what was sent.
            window.take(self._clock.now().mono)
        token = read_token(grant.token, grant.socket, self._clock.now())
        self._kept[server] = token
        return token
