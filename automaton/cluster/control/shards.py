"""What the front needs of the member that it runs in, and of the way to the others."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from starlette.types import ASGIApp

from automaton.cluster.control.exchange import ControlAnswer, ControlRequest
from automaton.cluster.shard import Shard


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownServer:
    """A server as the lists of Panels and nodes have it, whoever owns its shard."""

    uuid: str
    id: str
    name: str
    node: str = ""
    panel: str = ""


class Shards(Protocol):
    """Who owns what, and how it is asked."""

    def process(self) -> ASGIApp:
        """The routes that are this process's own: what it runs, its files, the cluster."""

    def local(self, shard: Shard) -> ASGIApp | None:
        """The routes of the shard's host; None where this member does not own it."""

    def owner(self, shard: Shard) -> str | None:
        """The member that owns it by what is known now; None for nobody."""

    def shard_of(self, server: str) -> Shard | None:
        """The shard of a server's node, by its full uuid; None for one that is not listed."""

    def all(self) -> Sequence[Shard]:
        """Every shard there is, in an order that stays."""

    def servers(self) -> Sequence[KnownServer]:
        """Every server that is listed, owned or not: a name must mean one of all."""

    async def ask(self, member: str, shard: Shard, request: ControlRequest) -> ControlAnswer:
        """What the host of a shard at another member answers. Raises NotAnsweredError."""

    def follow(
        self, member: str, shard: Shard, request: ControlRequest
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """The pieces of an answer without an end, in a bounded buffer.

        To enter it waits for the head of the answer: RequestRefused where that is a refusal,
        NotAnsweredError where none comes; also raised while it is read.
        """
