"""Answers without an end, of one shard, passed on as they come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from automaton.cluster.control.exchange import ControlRequest, NotAnsweredError
from automaton.cluster.control.reach import Reach
from automaton.cluster.control.ways import Ended
from automaton.cluster.shard import Shard
from automaton.web.http_json import RequestRefused, stream_of, write_json
from automaton.web.rows_response import left_behind
from automaton.web.rule_request import address_behind, asker_of


class PassedOn:
    """An ASGI application: `shard_of` says whose stream it is, `ended` how one ends whose owner is lost.

    Without `ended` such a stream is cut: nothing that could be taken for its end is written.
    """

    def __init__(self, reach: Reach, shard_of: Callable[[Request], Shard], ended: Ended | None) -> None:
        self._reach = reach
        self._shard_of = shard_of
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        request = Request(scope, receive)
        shard = self._shard_of(request)
        try:
            async with self._reach.open(shard, asked(request)) as pieces:
                await stream_of(self._passed(shard, pieces))(scope, receive, send)
        except NotAnsweredError as problem:
            raise RequestRefused(503, str(problem)) from None

    async def _passed(self, shard: Shard, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        try:
            async with left_behind(pieces):
                async for piece in pieces:
                    yield piece
        except NotAnsweredError as problem:
            if self._ended is None:
                raise
            yield write_json(self._ended(f"the owner of {shard.text} is lost: {problem}")) + b"\n"


def asked(request: Request, body: bytes = b"") -> ControlRequest:
    """The request as it goes to an owner, in the name of whoever asks."""
    return ControlRequest(
        method="GET" if request.method == "HEAD" else request.method,
        path=request.scope["raw_path"].decode("ascii", "replace"),
        query=request.url.query,
        body=body,
        who=asker_of(request),
        address=address_behind(request),
    )
