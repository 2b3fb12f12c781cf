"""The audit trail as a stream of its own: rows of all shards, kept for so long and no longer than there is
room.

Law: a row that was published stays whoever dies. Here it is only read in order: questions are asked of the
copy that each member keeps in a file (`cluster/log/trail_copy.py`).
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from nats.errors import Error as NatsError
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

from automaton.cluster.log.stream_port import NotSetUp
from automaton.cluster.log.trail import decode_rows
from automaton.cluster.log.trail_copy import CopiedMessage
from automaton.cluster.names import Names
from automaton.cluster.nats.connection import asked_in_vain
from automaton.cluster.nats.jetstream_api import NO_STREAM, ApiError, Found, ask_api, differs, get_message
from automaton.cluster.nats.thread import NatsThread
from automaton.cluster.shard import Shard
from automaton.errors import Unreachable

TAKEN_WITHIN = 1.0
"""Seconds that a message may take: whoever waits for it also keeps a lease."""

_UPDATED = ("num_replicas", "max_age", "max_bytes")


class TrailStream:
    """Of one cluster. Called from threads. `keep`, in seconds, and `most_bytes` bound what is kept, whichever
    comes first."""

    def __init__(self, thread: NatsThread, names: Names, replicas: int, keep: float, most_bytes: int) -> None:
        self._thread, self._names, self._replicas = thread, names, replicas
        self._keep, self._most_bytes = keep, most_bytes

    def make(self) -> None:
        """Where it is missing, or keeps something else. Raises Unreachable, NotSetUp."""
        self._thread.wait(self._make())

    def of(self, shard: Shard) -> ShardTrail:
        """The rows of one shard on their way into it."""
        return ShardTrail(self._thread, self._names, shard)

    def after(self, sequence: int, most: int) -> list[CopiedMessage]:
        """Messages of all shards behind that one, the oldest first. Raises Unreachable, Corrupt.

        Of a stream that ends before it, one that was lost and made anew, from the beginning.
        """
        return self._thread.wait(self._after(sequence, most))

    async def _after(self, sequence: int, most: int) -> list[CopiedMessage]:
        told = await self._state()
        behind = sequence + 1 if sequence <= told["last_seq"] else 1  # an empty one has no first
        first = max(behind, told["first_seq"])
        numbers = range(first, min(first + most, told["last_seq"] + 1))
        subject = self._names.trail_subjects.removesuffix(">")
        found = await asyncio.gather(*(self._get(number) for number in numbers))
        return [
            CopiedMessage(one.sequence, one.subject.removeprefix(subject), decode_rows(one.body))
            for one in found
            if one is not None
        ]

    async def _make(self) -> None:
        connection, name = self._thread.connection, self._names.trail_stream
        wanted = StreamConfig(
            name=name,
            description="automaton: the audit trail",
            subjects=[self._names.trail_subjects],
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            discard=DiscardPolicy.OLD,  # the one stream that may forget by itself
            num_replicas=self._replicas,
            max_age=self._keep,
            max_bytes=self._most_bytes,
            max_msgs=-1,
            max_msg_size=-1,
            max_consumers=-1,
            deny_delete=True,
        ).as_dict()
        try:
            told = await ask_api(connection, f"STREAM.INFO.{name}", {})
            verb = "UPDATE" if differs(told["config"], wanted, _UPDATED) else ""
        except ApiError as error:
            if error.number != NO_STREAM:
                raise Unreachable(f"NATS does not tell of {name}: {error}") from None
            verb = "CREATE"
        try:
            if verb:
                await ask_api(connection, f"STREAM.{verb}.{name}", wanted)
        except ApiError as error:
            raise NotSetUp(f"the stream {name} cannot be made as it has to be: {error}") from None

    async def _state(self) -> dict[str, Any]:
        """From where to where it reaches. Raises Unreachable."""
        name = self._names.trail_stream
        try:
            told = await ask_api(self._thread.connection, f"STREAM.INFO.{name}", {})
        except ApiError as error:
            raise Unreachable(f"NATS does not tell of {name}: {error}") from None
        state: dict[str, Any] = told["state"]
        return state

    async def _get(self, number: int) -> Found | None:
        """None where it grew too old meanwhile."""
        return await get_message(self._thread.connection, self._names.trail_stream, {"seq": number})


class ShardTrail:
    """A TrailPort. Called by the thread of the shard's writer, which waits."""

    def __init__(self, thread: NatsThread, names: Names, shard: Shard) -> None:
        self._thread, self._stream, self._subject = thread, names.trail_stream, names.trail(shard)

    def publish(self, rows: bytes, /) -> None:
        """Adds a message; it stays once this returns. Raises Unreachable."""
        self._thread.wait(self._publish(rows))

    def last(self) -> bytes | None:
        """The last message of this shard. Raises Unreachable."""
        return self._thread.wait(self._last())

    async def _publish(self, rows: bytes) -> None:
        connection = self._thread.connection
        try:
            answer = await connection.request(self._subject, rows, TAKEN_WITHIN)
        except (NatsError, TimeoutError) as error:
            raise Unreachable(asked_in_vain(connection, self._subject, error)) from None
        if (no := json.loads(answer.data).get("error")) is not None:
            raise Unreachable(f"the audit trail takes nothing now: {no.get('description')}")

    async def _last(self) -> bytes | None:
        asked = {"last_by_subj": self._subject}
        found = await get_message(self._thread.connection, self._stream, asked)
        return None if found is None else found.body
