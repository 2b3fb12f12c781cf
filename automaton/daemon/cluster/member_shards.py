"""Who owns what, as the control API of a cluster asks it (`cluster/control/shards.py`)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager

from starlette.types import ASGIApp

from automaton.cluster.control.exchange import ControlAnswer, ControlRequest
from automaton.cluster.control.shards import KnownServer
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.daemon.cluster.questions import Questions
from automaton.daemon.cluster.shard_runs import ShardRuns
from automaton.daemon.cluster.steering import Steering
from automaton.wings.pool import Pool


class MemberShards:
    """`channels` gives the names of those in force, `process` the routes that are this process's own."""

    def __init__(
        self,
        pool: Pool,
        channels: Callable[[], Iterable[str]],
        runs: ShardRuns,
        process: Callable[[], ASGIApp],
    ) -> None:
        self.steering: Steering | None = None  # made with this
        self.questions: Questions | None = None  # likewise
        self._pool = pool
        self._channels = channels
        self._runs = runs
        self._process = process

    def process(self) -> ASGIApp:
        """The routes that are this process's own."""
        return self._process()

    def local(self, shard: Shard) -> ASGIApp | None:
        """The routes of the shard's host; None where this member does not own it."""
        host = self._runs.host(shard)
        return host.app if host is not None else None

    def owner(self, shard: Shard) -> str | None:
        """The member that owns it by what is known now."""
        assert self.steering is not None
        if self._runs.host(shard) is not None:
            return self.steering.me.member
        standing = self.steering.looked.standings.get(shard)
        return standing.owner if standing is not None else None

    def shard_of(self, server: str) -> Shard | None:
        """The shard of a server's node."""
        node = self._pool.node_of(server)
        return Shard(ShardKind.NODE, node) if node is not None else None

    def all(self) -> Sequence[Shard]:
        """Every shard there is: the fleet, the channels, and the nodes of all servers that are listed."""
        channels = sorted(Shard(ShardKind.CHANNEL, name) for name in self._channels())
        nodes = sorted({profile.node for profile in self._pool.directory().values()})
        return [FLEET, *channels, *(Shard(ShardKind.NODE, node) for node in nodes)]

    def servers(self) -> Sequence[KnownServer]:
        """Every server that is listed, owned or not."""
        return [
            KnownServer(uuid=uuid, id=one.id, name=one.name, node=one.node, panel=self._pool.panel_of(uuid))
            for uuid, one in self._pool.directory().items()
        ]

    async def ask(self, member: str, shard: Shard, request: ControlRequest) -> ControlAnswer:
        """What the host of a shard at another member answers. Raises NotAnsweredError."""
        assert self.questions is not None
        return await self.questions.ask(member, shard, request)

    def follow(
        self, member: str, shard: Shard, request: ControlRequest
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """The pieces of an answer without an end."""
        assert self.questions is not None
        return self.questions.follow(member, shard, request)
