"""The console of one server, read on a socket of its own: what Wings kept, and what comes.

Never on the socket that rules listen to: replayed lines cannot be told from live ones (protocol.md 9.7).
Lines are given raw, escapes and all; they are made harmless where they are shown.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from math import inf

import anyio

from automaton.errors import Refused, TryLater, Unreachable, Untrusted, Weather
from automaton.pace.clock import Clock
from automaton.wings.auth import Refusal, refusal
from automaton.wings.causes import PLANS, Cause
from automaton.wings.frames import Frame, read_frame, write_frame
from automaton.wings.link import Link
from automaton.wings.link_opening import ConnectOptions, UpgradeRefused, opened
from automaton.wings.token import Token, Tokens
from automaton.wings.upgrade import cause_of_refusal, socket_url
from automaton.wings.websocket_parser import WebsocketBroken

LINE_EVENTS = frozenset({"console output", "daemon message", "install output", "transfer logs"})
ANSWERED_WITHIN = 15.0  # seconds for an answer to `auth`
REPLAYED_WITHIN = 6.0  # seconds to the first kept line: Wings gives Docker five (protocol.md 3)
QUIET_AFTER = 0.5  # seconds; the replay has no end marker: a pause this long is taken for it
REPLAY_LASTS = 5.0  # seconds after which a replay that never pauses counts as over
STATUS_WITHIN = 2.0  # seconds
RENEWED_NO_OFTENER = 20.0  # seconds
LATER = 30.0  # seconds until a token that could not be had is asked for again
DENIED_FOR = 1.5  # seconds; a token of the very second of a denial is denied too (protocol.md 2.7)

NOT_RUNNING = "the server is offline: Wings keeps no console of a server that does not run"
WAITING = "the server is offline: its console comes once it starts"


class ConsoleTail:
    """One authenticated socket whose lines are read."""

    def __init__(self, link: Link, tokens: Tokens, server: str, clock: Clock) -> None:
        self.state = ""
        self._link = link
        self._tokens = tokens
        self._server = server
        self._clock = clock
        self._frames: list[Frame] = []
        self._is_good = False
        self._renews_again = -inf
        self._renew_at = inf

    async def authenticate(self, token: Token) -> None:
        """Waits until Wings accepts the token; a fresh one is tried once. Raises Refused or Unreachable."""
        for is_last in (False, True):
            await self._link.send_text(write_frame("auth", token.jwt.reveal()))
            refused = await self._answer_to_auth()
            if refused is None:
                self._is_good = True
                await self._status()
                return
            if is_last or refusal(refused) is Refusal.NO_CONNECT:
                raise Refused(f"Wings refuses our token: {refused}")
            await anyio.sleep(DENIED_FOR)
            token = await self._tokens.get(self._server, fresh=True)

    async def _status(self) -> None:
        """Waits for the state, which comes right after `auth success`."""
        deadline = self._now() + STATUS_WITHIN
        self.state = next((frame.text for frame in self._frames if frame.event == "status"), "")
        while not self.state and self._now() < deadline:
            await self._hear(deadline)

    async def kept(self) -> list[str]:
        """The last lines, oldest first, as many as Wings keeps (150 by default)."""
        await self._link.send_text(write_frame("send logs"))
        kept = await self._until_some(self._now() + REPLAYED_WITHIN)
        last = self._now() + REPLAY_LASTS
        while kept and self._now() < last:
            more = await self._until_some(min(last, self._now() + QUIET_AFTER))
            if not more:
                break
            kept += more
        return kept

    async def more(self) -> list[str]:
        """The next lines, as soon as there are any. Raises Unreachable when the connection ends."""
        return await self._until_some(inf)

    async def _until_some(self, deadline: float) -> list[str]:
        """The next lines; none when the deadline passed."""
        while True:
            lines = await self._lines(deadline)
            if lines or self._now() >= deadline:
                return lines

    async def _lines(self, deadline: float) -> list[str]:
        await self._hear(deadline)
        frames, self._frames = self._frames, []
        return [frame.text for frame in frames if frame.event in LINE_EVENTS]

    async def _answer_to_auth(self) -> str | None:
        """Why the token was refused; None where it was accepted."""
        deadline = self._now() + ANSWERED_WITHIN
        while self._now() < deadline:
            await self._hear(deadline)
            frames, self._frames = self._frames, []
            for place, frame in enumerate(frames):
                if frame.event == "auth success":
                    self._frames = frames[place + 1 :]
                    return None
                if frame.event in ("jwt error", "daemon error", "throttled"):
                    return f"{frame.event}: {frame.text}"
        raise Unreachable("Wings did not answer our token in time")

    async def _hear(self, deadline: float) -> None:
        if self._now() >= self._renew_at:
            await self._renew()
        for text in await self._link.texts(min(deadline, self._renew_at)):
            frame = read_frame(text)
            if frame is None:
                continue
            if frame.event == "status":
                self.state = frame.text
            elif self._is_good and frame.event in ("token expiring", "jwt error"):
                await self._renew()
            self._frames.append(frame)
        if self._link.closed_with is not None:
            raise Unreachable("the node ended the connection")

    async def _renew(self) -> None:
        """Gets a new token. Every event is an error until then, so only the first of them asks.

        Where none is to be had now, it is asked for again later; the socket stays open meanwhile.
        """
        if self._now() < self._renews_again:
            return
        self._renew_at, self._renews_again = inf, self._now() + RENEWED_NO_OFTENER
        try:
            token = await self._tokens.get(self._server, fresh=True)
        except Weather as problem:
            wait = problem.after if isinstance(problem, TryLater) else None
            self._renew_at = self._renews_again = self._now() + (LATER if wait is None else wait)
            return
        await self._link.send_text(write_frame("auth", token.jwt.reveal()))

    def _now(self) -> float:
        return self._clock.now().mono


@asynccontextmanager
async def open_console_tail(
    options: ConnectOptions, tokens: Tokens, server: str, clock: Clock
) -> AsyncGenerator[ConsoleTail, None]:
    """An authenticated socket for reading one console. Raises Refused, TryLater or Unreachable."""
    token = await tokens.get(server)
    try:
        url = socket_url(token.socket, allow_plain=options.allow_plain)
    except ValueError as problem:
        raise Refused(f"{_advice(Cause.SOCKET_ADDRESS, options)} ({problem})") from problem
    try:
        async with opened(options, url, clock) as link:
            tail = ConsoleTail(link, tokens, server, clock)
            await tail.authenticate(token)
            yield tail
    except UpgradeRefused as problem:
        advice = _advice(cause_of_refusal(problem.answer, problem.body), options)
        raise Refused(f"{advice} (HTTP {problem.answer})", status=problem.answer) from problem
    except Untrusted as problem:
        raise Refused(f"{_advice(Cause.CERTIFICATE, options)} ({problem})") from problem
    except WebsocketBroken as problem:
        raise Unreachable(f"{_advice(Cause.PROTOCOL, options)} ({problem})") from problem


def _advice(cause: Cause, options: ConnectOptions) -> str:
    return PLANS[cause].advice_for(without_panel=options.without_panel)
