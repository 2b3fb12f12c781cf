"""What is said to all who listen on a subject, kept by nobody: the mail of engines.

Law: what cannot be sent now is not sent later; whoever needs an answer asks again.
"""

from __future__ import annotations

from collections.abc import Callable

from nats.aio.msg import Msg

from automaton.cluster.nats.connection import NatsConnection


class Broadcasts:
    """Used in the loop of the connection. `on_heard` gets the subject and what was said."""

    def __init__(self, connection: NatsConnection, on_heard: Callable[[str, bytes], None]) -> None:
        self._connection = connection
        self._on_heard = on_heard

    async def listen(self, subject: str) -> None:
        """From now on, over every connection to come."""
        await self._connection.subscribe(subject, self._hear)

    async def publish(self, subject: str, body: bytes) -> None:
        """Once, to whoever listens now. Raises errors.Unreachable where there is no connection."""
        await self._connection.publish(subject, body)

    async def _hear(self, message: Msg) -> None:
        self._on_heard(message.subject, message.data)
