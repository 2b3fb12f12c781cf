"""Asks the owner of a shard, here or at another member, within a deadline.

Law: 503 says that nothing was done, 504 that it was sent and may have been done. What only reads is asked
again; what acts is, where the member that was asked says that it does not own the shard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import anyio

from automaton.cluster.control.exchange import MOVED, ControlAnswer, ControlRequest, NotAnsweredError, refused
from automaton.cluster.control.in_process import answered, streamed
from automaton.cluster.control.shards import Shards
from automaton.cluster.shard import Shard
from automaton.web.http_json import RequestRefused

READ_WITHIN = 8.0
"""Seconds: less than the 10 that the page and the commands wait, so that they are told what is missing."""

ACTED_WITHIN = 190.0
"""Seconds: less than the 200 that a command waits for an action, which may go two ways."""

OF_A_MEMBER = 4
"""Shards of one member that are asked at a time for one list: an answer may be a megabyte, and waits here.
Each member has turns of its own, so that one which is silent keeps no other from being asked."""

TRIES = 2  # a shard that has just moved is found where it is now

UNOWNED = "no member owns it now; `automaton cluster status` says why"


class Reach:
    """Asks shards by what the member knows of their owners."""

    def __init__(self, shards: Shards) -> None:
        self._shards = shards

    async def ask(self, shard: Shard, request: ControlRequest, within: float | None = None) -> ControlAnswer:
        """What the owner answers, or a refusal that says why it did not. Never raises for weather."""
        within = within or _within(request)
        answer = refused(503, f"{shard.text}: {UNOWNED}")
        for _ in range(TRIES):
            owner = self._shards.owner(shard)
            answer = await self._asked(owner, shard, request, within)
            if answer.status != MOVED or self._shards.owner(shard) == owner:
                break
        if answer.status == MOVED:
            return refused(503, f"{shard.text} is changing hands: ask again in a moment")
        return answer

    async def ask_all(
        self, shards: Sequence[Shard], request: ControlRequest, within: float | None = None
    ) -> list[ControlAnswer]:
        """What each answers, in the same order, all within one deadline."""
        within = within or _within(request)
        answers = [self._unanswered(shard, request, within) for shard in shards]
        turns = defaultdict[str | None, anyio.Semaphore](lambda: anyio.Semaphore(OF_A_MEMBER))

        async def ask(place: int, shard: Shard) -> None:
            async with turns[self._shards.owner(shard)]:
                answers[place] = await self.ask(shard, request, within)

        with anyio.move_on_after(within):
            async with anyio.create_task_group() as tasks:
                for place, shard in enumerate(shards):
                    tasks.start_soon(ask, place, shard)
        return answers

    @asynccontextmanager
    async def open(self, shard: Shard, request: ControlRequest) -> AsyncIterator[AsyncIterator[bytes]]:
        """The pieces of an answer without an end. Raises RequestRefused or NotAnsweredError, as `follow`."""
        app, owner = self._shards.local(shard), self._shards.owner(shard)
        if app is not None:
            async with streamed(app, request) as pieces:
                yield pieces
        elif owner is None:
            raise NotAnsweredError(f"{shard.text}: {UNOWNED}")
        else:
            async with self._shards.follow(owner, shard, request) as pieces:
                yield pieces

    async def _asked(
        self, owner: str | None, shard: Shard, request: ControlRequest, within: float
    ) -> ControlAnswer:
        app = self._shards.local(shard)
        if app is None and owner is None:
            return refused(503, f"{shard.text}: {UNOWNED}")
        try:
            with anyio.fail_after(within):
                if app is not None:
                    return await answered(app, request)
                assert owner is not None
                return await self._shards.ask(owner, shard, request)
        except TimeoutError:
            return self._unanswered(shard, request, within)
        except NotAnsweredError as problem:
            return _late(f"{owner}, which owns {shard.text}, did not answer: {problem}", request)
        except RequestRefused as problem:
            return refused(problem.status, str(problem))

    def _unanswered(self, shard: Shard, request: ControlRequest, within: float) -> ControlAnswer:
        is_here = self._shards.local(shard) is not None
        whose = "this member" if is_here else self._shards.owner(shard) or "nobody"
        return _late(f"{whose}, which owns {shard.text}, did not answer within {within:g} s", request)


def why_missing(shard: Shard, answer: ControlAnswer) -> str:
    """Why a shard did not answer, where its name is said already."""
    return answer.problem.removeprefix(f"{shard.text}: ")


def _within(request: ControlRequest) -> float:
    return READ_WITHIN if request.reads else ACTED_WITHIN


def _late(why: str, request: ControlRequest) -> ControlAnswer:
    return refused(503, why) if request.reads else refused(504, f"{why}: it may have been done")
