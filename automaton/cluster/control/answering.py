"""What a member answers when another asks for a shard: of its own hosts, and of nothing else.

Law: who does not own the shard says MOVED and does nothing, so that whoever asked may ask the owner.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from automaton.cluster.control.exchange import MOVED, ControlAnswer, ControlRequest, refused
from automaton.cluster.control.in_process import answered, streamed
from automaton.cluster.shard import Shard
from automaton.web.http_json import RequestRefused


class Answering:
    """`local` gives the routes of a shard's host; None where this member does not own it."""

    def __init__(self, local: Callable[[Shard], ASGIApp | None]) -> None:
        self._local = local

    async def answer(self, shard: Shard, request: ControlRequest) -> ControlAnswer:
        """The whole answer of its host."""
        app = self._local(shard)
        if app is None:
            return refused(MOVED, f"{shard.text} is not owned here")
        try:
            return await answered(app, request)
        except RequestRefused as problem:
            return refused(problem.status, str(problem))

    @asynccontextmanager
    async def open(self, shard: Shard, request: ControlRequest) -> AsyncIterator[AsyncIterator[bytes]]:
        """The pieces of an answer without an end. Raises RequestRefused."""
        app = self._local(shard)
        if app is None:
            raise RequestRefused(MOVED, f"{shard.text} is not owned here")
        async with streamed(app, request) as pieces:
            yield pieces
