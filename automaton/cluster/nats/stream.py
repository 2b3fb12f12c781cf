"""A shard's log as a stream of JetStream.

Law: the stream's expected last sequence is named with every append, and nothing else: what each replica
judges by what it keeps for itself parts them. A subject's did before NATS 2.11 (nats-server#6194).
`Nats-Expected-Last-Msg-Id` does in 2.10.27: a replica that was started again has forgotten the id, refuses
all that follows, and leads later without it; acknowledged messages were gone in each of three restarts in
turn.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import MaxPayloadError, NoRespondersError
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

from automaton.cluster.log.stream_port import (
    Acked,
    Appended,
    NotSetUp,
    Refused,
    Stored,
    StreamRange,
    Unavailable,
    Unsure,
)
from automaton.cluster.names import Names
from automaton.cluster.nats.connection import NatsConnection, asked_in_vain
from automaton.cluster.nats.jetstream_api import (
    NO_STREAM,
    READ_WITHIN,
    WRONG_LAST,
    ApiError,
    ask_api,
    differs,
    get_message,
)
from automaton.cluster.nats.thread import NatsThread
from automaton.cluster.shard import Shard
from automaton.errors import Unreachable

APPENDED_WITHIN = 2.0
"""Seconds that an append waits for its acknowledgement: 1 ms is usual, and an election takes 4 to 9 s."""

READ_AT_ONCE = 64
"""Messages that are asked for at a time, each up to a megabyte."""

LARGEST_MESSAGE = 1 << 20
"""Bytes: what NATS takes by default."""

_LAST = re.compile(r"wrong last sequence: (\d+)")
_UPDATED = ("num_replicas", "discard", "max_msg_size")


class NatsStream:
    """The stream of one shard. Called by one thread at a time."""

    def __init__(self, thread: NatsThread, names: Names, shard: Shard, replicas: int) -> None:
        self._thread, self._names, self._shard = thread, names, shard
        self._name = names.stream(shard)
        self._replicas = replicas
        self._is_as_configured = False

    def append(self, body: bytes, expected: int, piece: tuple[int, int] | None = None, /) -> Appended:
        """Adds a message where `expected` is the last one."""
        subject = self._names.log(self._shard) if piece is None else self._names.piece(self._shard, *piece)
        try:
            return self._thread.wait(self._append(subject, body, expected))
        except Unreachable as error:
            return Unavailable(str(error))

    def read(self, after: int, up_to: int, /) -> list[Stored]:
        """The messages behind `after` up to `up_to`. Raises Unreachable."""
        return self._thread.wait(self._read(after, up_to))

    def standing(self) -> StreamRange:
        """Where it stands; made where it is missing. Raises Unreachable, NotSetUp."""
        return self._thread.wait(self._standing())

    def trim(self, up_to: int, /) -> None:
        """Forgets the messages up to this one. Raises Unreachable."""
        try:
            self._thread.wait(self._ask(f"STREAM.PURGE.{self._name}", {"seq": up_to + 1}))
        except ApiError as error:
            raise Unreachable(f"{self._name} cannot be trimmed now: {error}") from None

    @property
    def _connection(self) -> NatsConnection:
        return self._thread.connection

    async def _append(self, subject: str, body: bytes, expected: int) -> Appended:
        headers = {"Nats-Expected-Last-Sequence": str(expected), "Nats-Expected-Stream": self._name}
        try:
            answer = await self._connection.request(subject, body, APPENDED_WITHIN, headers)
        except NoRespondersError:
            return Unavailable(f"the stream {self._name} is not there, or has no leader now")
        except MaxPayloadError:
            return Unavailable(
                f"NATS takes {self._connection.largest} bytes a message, fewer than the {len(body)} that are "
                "to be written: set `max_payload: 1MB` or more in the configuration of its servers"
            )
        except (NatsError, TimeoutError) as error:
            return Unsure(asked_in_vain(self._connection, subject, error))
        return _read_answer(answer)

    async def _read(self, after: int, up_to: int) -> list[Stored]:
        found: list[Stored] = []
        for begin in range(after + 1, up_to + 1, READ_AT_ONCE):
            numbers = range(begin, min(begin + READ_AT_ONCE, up_to + 1))
            found += await asyncio.gather(*(self._get(number) for number in numbers))
        return found

    async def _get(self, number: int) -> Stored:
        found = await get_message(self._connection, self._name, {"seq": number})
        if found is None:
            raise Unreachable(f"message {number} of {self._name} is not there now")
        return Stored(number, found.body)

    async def _standing(self) -> StreamRange:
        try:
            told = await ask_api(self._connection, f"STREAM.INFO.{self._name}", {}, READ_WITHIN)
        except ApiError as error:
            if error.number != NO_STREAM:
                raise Unreachable(f"NATS does not tell of {self._name}: {error}") from None
            told = await self._make("CREATE")
        if not self._is_as_configured:
            if differs(told["config"], self._wanted(), _UPDATED):
                told = await self._make("UPDATE")
            self._is_as_configured = True
        state = told["state"]
        return StreamRange(state["first_seq"] or 1, state["last_seq"])

    async def _make(self, verb: str) -> dict[str, Any]:
        try:
            return await self._ask(f"STREAM.{verb}.{self._name}", self._wanted())
        except ApiError as error:
            why = (
                f"the stream {self._name} cannot be made as it has to be ({self._replicas} replicas): {error}"
            )
            raise (Unreachable(why) if error.lacks_servers else NotSetUp(why)) from None

    async def _ask(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        return await ask_api(self._connection, what, body)

    def _wanted(self) -> dict[str, Any]:
        return StreamConfig(
            name=self._name,
            description=f"automaton: the log of {self._shard.text}",
            subjects=[self._names.shard_subjects(self._shard)],
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            discard=DiscardPolicy.NEW,
            num_replicas=self._replicas,
            max_msg_size=LARGEST_MESSAGE,
            max_msgs=-1,
            max_bytes=-1,
            max_consumers=-1,
            max_age=0,
            deny_delete=True,  # of a single message; behind a snapshot it is purged up to a number
        ).as_dict()


def _read_answer(answer: Msg) -> Appended:
    told = json.loads(answer.data)
    error = told.get("error")
    if error is None:
        return Acked(told["seq"])
    if error.get("err_code") in WRONG_LAST:
        last = _LAST.search(error.get("description", ""))
        return Refused(int(last[1]) if last else None)
    return Unavailable(f"NATS does not take it now: {error.get('description') or error.get('code')}")
