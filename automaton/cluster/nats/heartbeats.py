"""Heartbeats over core NATS: said to all, kept by nobody.

Law: a heartbeat that cannot be sent now is not sent later; the next one says everything anew.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from nats.aio.msg import Msg

from automaton.cluster.heartbeat import Heartbeat, decode, encode
from automaton.cluster.names import Names
from automaton.cluster.nats.connection import NatsConnection
from automaton.errors import Unreachable


class Heartbeats:
    """Used in the loop of the connection. `on_heard` gets those of all members, our own included.

    `unreadable` counts what was said there and was none, and `last_unreadable` says why.
    """

    def __init__(
        self, connection: NatsConnection, names: Names, on_heard: Callable[[Heartbeat], None]
    ) -> None:
        self._connection, self._subject, self._on_heard = connection, names.heartbeat, on_heard
        self.unreadable = 0
        self.last_unreadable = ""

    async def listen(self) -> None:
        """From now on, over every connection to come."""
        await self._connection.subscribe(self._subject, self._hear)

    async def say(self, heartbeat: Heartbeat) -> bool:
        """To all who listen; whether there was a connection."""
        with suppress(Unreachable):
            await self._connection.publish(self._subject, encode(heartbeat))
            return True
        return False

    async def _hear(self, message: Msg) -> None:
        try:
            heartbeat = decode(message.data)
        except ValueError as problem:
            self.unreadable += 1
            self.last_unreadable = str(problem)
            return
        self._on_heard(heartbeat)
