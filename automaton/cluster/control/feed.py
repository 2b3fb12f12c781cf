"""`/v1/changes` of the whole cluster: follows every shard's feed, and puts them together for each reader.

A shard that changes hands is followed at its new owner from the beginning of its picture. A slow reader
costs each shard what its own followers cost: a set of servers, and no queue.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

import anyio
import msgspec
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from starlette.types import Receive, Scope, Send

from automaton.cluster.control.exchange import ControlRequest, NotAnsweredError
from automaton.cluster.control.fleet_picture import NOTHING, FleetPicture
from automaton.cluster.control.reach import Reach
from automaton.cluster.control.shards import Shards
from automaton.cluster.shard import Shard, ShardKind
from automaton.pace.clock import Clock
from automaton.web.http_json import RequestRefused, stream_of, write_json
from automaton.web.open_streams import OpenStreams
from automaton.web.routes.changes import FleetChange

LOOKED_AFTER_EVERY = 1.0
"""Seconds between two looks at which shards there are and who owns them; also the pause before a shard whose
feed ended is followed again, and the reader's sign of life where nothing else is told."""

WAITING = 64
"""Rows of all shards that wait for one reader; then the shards' own followers gather what changes."""

LONGEST_ROW = 4 * 1024 * 1024
"""Bytes of one row of a feed: forty servers, or all incidents of a shard. A longer one ends that feed."""

ASKED = ControlRequest(method="GET", path="/v1/changes")

FIGURES = b'{"figures":['
"""How a row begins that has figures in front: nearly all are such, each second."""

NOTHING_ELSE = b"]]}"
"""How a row ends that has nothing but figures."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """A row of a shard's feed as it came; or that its feed began, was lost for a reason, or is no more."""

    shard: Shard
    row: bytes = b""
    began: bool = False
    lost: str = ""
    dropped: bool = False


@dataclass(slots=True)
class _Follower:
    owner: str | None
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)


class Feed:
    """Follows for its readers; each has followers of its own."""

    def __init__(self, shards: Shards, reach: Reach, clock: Clock, streams: OpenStreams) -> None:
        self._shards = shards
        self._reach = reach
        self._clock = clock
        self._streams = streams
        self._decoder = msgspec.json.Decoder(FleetChange)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        async with self.changes() as rows:
            await stream_of(self._streams.until_end(rows, write_json(NOTHING) + b"\n"))(scope, receive, send)

    @asynccontextmanager
    async def changes(self) -> AsyncIterator[AsyncIterator[bytes]]:
        """The rows for one reader."""
        told, heard = anyio.create_memory_object_stream[_Heard](WAITING)
        picture = FleetPicture(self._followed())
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._look_after, told)
            async with told, heard, aclosing(self._rows(picture, heard)) as rows:
                yield rows
            tasks.cancel_scope.cancel()

    def _followed(self) -> list[Shard]:
        return [shard for shard in self._shards.all() if shard.kind is not ShardKind.CHANNEL]

    async def _look_after(self, told: MemoryObjectSendStream[_Heard]) -> None:
        """Follows each shard at its owner, and none that is no shard any more."""
        followers: dict[Shard, _Follower] = {}
        async with anyio.create_task_group() as tasks:
            while True:
                wanted = self._followed()
                for shard in set(followers).difference(wanted):
                    followers.pop(shard).scope.cancel()
                    await told.send(_Heard(shard, dropped=True))
                for shard in wanted:
                    owner, before = self._shards.owner(shard), followers.get(shard)
                    if before is None or before.owner != owner:
                        if before is not None:
                            before.scope.cancel()
                        followers[shard] = _Follower(owner)
                        self._begin(tasks, shard, followers[shard], told)
                await anyio.sleep(LOOKED_AFTER_EVERY)

    def _begin(
        self, tasks: TaskGroup, shard: Shard, follower: _Follower, told: MemoryObjectSendStream[_Heard]
    ) -> None:
        async def follow() -> None:
            with follower.scope:
                while True:
                    await told.send(_Heard(shard, lost=await self._followed_once(shard, told)))
                    await anyio.sleep(LOOKED_AFTER_EVERY)

        tasks.start_soon(follow, name=f"feed of {shard.text}")

    async def _followed_once(self, shard: Shard, told: MemoryObjectSendStream[_Heard]) -> str:
        """Follows until the feed ends; why it did."""
        left = b""
        try:
            async with self._reach.open(shard, ASKED) as pieces:
                await told.send(_Heard(shard, began=True))
                async for piece in pieces:
                    *rows, left = (left + piece).split(b"\n")
                    for row in rows:
                        await told.send(_Heard(shard, row))
                    if len(left) > LONGEST_ROW:
                        return f"a row of its feed is longer than {LONGEST_ROW // 1024**2} MiB"
        except (NotAnsweredError, RequestRefused) as problem:
            return str(problem)
        return "its owner has ended the connection"

    async def _rows(
        self, picture: FleetPicture, heard: MemoryObjectReceiveStream[_Heard]
    ) -> AsyncGenerator[bytes, None]:
        told_at = self._clock.now().mono
        while True:
            mono, due = self._clock.now().mono, picture.due(self._clock.now().mono)
            row, one = b"", None
            if due is not None and due <= 0.0:
                row = self._written(picture.incidents(mono))
            else:
                quiet = told_at + LOOKED_AFTER_EVERY - mono
                with anyio.move_on_after(max(0.0, quiet if due is None else min(due, quiet))):
                    one = await heard.receive()
                if one is not None:
                    row = self._row(picture, one)
                elif self._clock.now().mono >= told_at + LOOKED_AFTER_EVERY:
                    row = self._written(NOTHING)
            if row:
                yield row
                told_at = self._clock.now().mono

    def _row(self, picture: FleetPicture, one: _Heard) -> bytes:
        """What is told of it; empty for nothing."""
        if one.row.startswith(FIGURES) and one.row.endswith(NOTHING_ELSE):
            return one.row + b"\n"  # as it came: to read and write it anew would cost as much as to make it
        change = self._taken(picture, one)
        return self._written(change) if change != NOTHING else b""

    def _taken(self, picture: FleetPicture, one: _Heard) -> FleetChange:
        if one.dropped:
            return picture.dropped(one.shard)
        if one.lost:
            return picture.lost(one.shard, one.lost)
        if one.began:
            picture.began(one.shard)
            return NOTHING
        try:
            change = self._decoder.decode(one.row)
        except msgspec.MsgspecError as problem:
            return picture.lost(one.shard, f"its feed is of another version of automaton: {problem}")
        return picture.take(one.shard, change, self._clock.now().mono)

    @staticmethod
    def _written(change: FleetChange) -> bytes:
        return write_json(change) + b"\n"
