"""Records one server on a socket of its own, frame by frame, as `tests/verify` reads it.

Nothing is left out but the signature of each token: with it, the file would open the server to anybody
who reads it. `resign` in a row says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from math import inf

from automaton import __version__
from automaton.errors import Unreachable
from automaton.pace.clock import Clock
from automaton.wings.frames import write_frame
from automaton.wings.link import Link
from automaton.wings.link_opening import ConnectOptions, UpgradeRefused, opened
from automaton.wings.token import Tokens
from automaton.wings.upgrade import socket_url
from automaton.wings.websocket_parser import WebsocketBroken

RENEWED_WITH = 120.0  # seconds that a token has left when another takes its place
NO_FRAME = 1006  # the code for an end without a close frame (RFC 6455)
UNSIGNED = "the signatures of tokens were taken out: rows with `resign` are signed anew when they are played"

Write = Callable[[str], object]


class FrameRecorder:
    """Writes the rows of one socket; `write` takes whole lines."""

    def __init__(
        self, server: str, tokens: Tokens, options: ConnectOptions, clock: Clock, write: Write
    ) -> None:
        self._server = server
        self._tokens = tokens
        self._options = options
        self._clock = clock
        self._write = write
        self._began = clock.now()
        self._closed = False
        self.frames = 0

    async def record(self, seconds: float | None) -> None:
        """Records for so long, or endlessly where None, until the socket ends or it is cancelled.

        Raises what a token or the network raises before the socket is open.
        """
        self._began = self._clock.now()
        until = inf if seconds is None else self._began.mono + seconds
        wall = datetime.fromtimestamp(self._began.wall, UTC).isoformat(timespec="milliseconds")
        self._row("note", raw=f"trace of {self._server}, automaton {__version__}, wall {wall[:-6]}Z")
        self._row("note", raw=UNSIGNED)
        token = await self._tokens.get(self._server, fresh=True)
        self._row("open", url=token.socket, origin=self._options.origin)
        try:
            url = socket_url(token.socket, allow_plain=self._options.allow_plain)
            async with opened(self._options, url, self._clock) as link:
                self._row("opened", status=101, detail=f"headers={dict(link.headers)}")
                await self._listen(link, until)
        except UpgradeRefused as refused:
            detail = f"headers={dict(refused.headers)} body={refused.body!r}"
            self._row("opened", status=refused.answer, detail=detail)

    async def _listen(self, link: Link, until: float) -> None:
        try:
            renewed = await self._authenticate(link)
            while link.closed_with is None and (now := self._clock.now().mono) < until:
                if now >= renewed:
                    renewed = await self._authenticate(link, fresh=True)
                for text in await link.texts(min(until, renewed)):
                    self.frames += 1
                    self._row("in", raw=text)
        except WebsocketBroken as problem:
            self._row("note", raw=f"Wings broke the protocol: {problem}")
            self._row("closed", code=problem.code, reason="", by="client")
        except Unreachable as problem:
            self._row("note", raw=str(problem))
            self._row("closed", code=NO_FRAME, reason="", by="wings")
        finally:
            self._end(link)

    async def _authenticate(self, link: Link, *, fresh: bool = False) -> float:
        """Sends a token; gives the `mono` at which the next is due."""
        token = await self._tokens.get(self._server, fresh=fresh)
        jwt = token.jwt.reveal()
        self._row("out", raw=write_frame("auth", _unsigned(jwt)), resign=True)
        await link.send_text(write_frame("auth", jwt))
        now = self._clock.now()
        left = token.left(now)
        return now.mono + max(left - RENEWED_WITH, left / 2)

    def _end(self, link: Link) -> None:
        if self._closed:
            return
        if link.closed_with is None:
            self._row("closed", code=1000, reason="", by="client")
            return
        code, reason = link.closed_with
        self._row("closed", code=NO_FRAME if code is None else code, reason=reason, by="wings")

    def _row(self, kind: str, **fields: object) -> None:
        self._closed = self._closed or kind == "closed"
        ms = round((self._clock.now().mono - self._began.mono) * 1000, 1)
        row: Mapping[str, object] = {"ms": ms, "dir": kind, **fields}
        self._write(json.dumps(row) + "\n")


def _unsigned(jwt: str) -> str:
    """The token without its signature. What is no token is left out as a whole."""
    head, payload, signature = [*jwt.split("."), "", "", ""][:3]
    return f"{head}.{payload}.removed" if signature else "removed"
