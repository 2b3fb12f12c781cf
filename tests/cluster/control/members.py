"""Members of a cluster without sockets: each has its hosts, and asks others through what they answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
import httpx
from starlette.routing import Route
from starlette.types import ASGIApp

from automaton.cluster.control.answering import Answering
from automaton.cluster.control.exchange import ControlAnswer, ControlRequest, NotAnsweredError, read, write
from automaton.cluster.control.front import Front
from automaton.cluster.control.shards import KnownServer
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.pace.clock import SystemClock
from automaton.web.control_api import ControlApi

EU, US, OPS = Shard(ShardKind.NODE, "eu-1"), Shard(ShardKind.NODE, "us-1"), Shard(ShardKind.CHANNEL, "ops")


@dataclass
class Cluster:
    """Who owns what, and what is listed; `silent` members answer nothing, `cut` ones break off."""

    owners: dict[Shard, str | None] = field(default_factory=dict)
    servers: list[KnownServer] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    cut: dict[str, anyio.Event] = field(default_factory=dict)
    sent: list[tuple[str, Shard, ControlRequest]] = field(default_factory=list)

    def member(self, name: str, hosts: dict[Shard, Iterable[Route]], process: Iterable[Route] = ()) -> Member:
        """One more, which owns these."""
        member = Member(self, name, process)
        self.members[name] = member
        for shard, routes in hosts.items():
            self.owners[shard] = name
            member.hosts[shard] = ControlApi(routes)
        return member


class Member:
    """One member's view, as Shards; `client` asks its front."""

    def __init__(self, cluster: Cluster, name: str, process: Iterable[Route]) -> None:
        self.cluster = cluster
        self.name = name
        self.hosts: dict[Shard, ControlApi] = {}
        self._process = ControlApi(process)
        self.answering = Answering(self.local)
        self.front = Front(self, SystemClock())

    def client(self, address: str = "uid 0") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.front.app, client=(address, 0))
        return httpx.AsyncClient(transport=transport, base_url="http://automaton")

    def process(self) -> ASGIApp:
        return self._process.app

    def local(self, shard: Shard) -> ASGIApp | None:
        host = self.hosts.get(shard)
        return host.app if host is not None else None

    def owner(self, shard: Shard) -> str | None:
        return self.cluster.owners.get(shard)

    def shard_of(self, server: str) -> Shard | None:
        node = next((one.node for one in self.cluster.servers if one.uuid == server), "")
        return Shard(ShardKind.NODE, node) if node else None

    def all(self) -> Sequence[Shard]:
        return [*self.cluster.owners]

    def servers(self) -> Sequence[KnownServer]:
        return self.cluster.servers

    async def ask(self, member: str, shard: Shard, request: ControlRequest) -> ControlAnswer:
        self.cluster.sent.append((member, shard, request))
        if member in self.cluster.silent:
            await anyio.sleep_forever()
        other = self.cluster.members[member].answering
        sent = read(write(request), ControlRequest)
        return read(write(await other.answer(shard, sent)), ControlAnswer)

    @asynccontextmanager
    async def follow(
        self, member: str, shard: Shard, request: ControlRequest
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        if member in self.cluster.silent:
            raise NotAnsweredError("nobody listens there")
        async with self.cluster.members[member].answering.open(shard, request) as pieces:
            yield self._until_cut(member, pieces)

    async def _until_cut(self, member: str, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        cut = self.cluster.cut.get(member, anyio.Event())
        async for piece in pieces:
            yield piece
            if cut.is_set():
                raise NotAnsweredError("the connection broke")


__all__ = ["EU", "FLEET", "OPS", "US", "Cluster", "Member"]
