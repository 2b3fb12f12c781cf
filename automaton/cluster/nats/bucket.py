"""The small state that all members share: keys with a value each, changed by compare-and-set.

Law: a change names the last message of the whole bucket as well as that of its key. Competing writers on a
key's alone could part the replicas before NATS 2.11 (nats-server#6194); together they are as safe as a
shard's log.

Changes are asked for now and then: a watcher of NATS' own is a consumer, which an election has to place anew.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from nats.errors import Error as NatsError
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

from automaton.cluster.log.stream_port import NotSetUp
from automaton.cluster.names import Names
from automaton.cluster.nats.connection import NatsConnection, asked_in_vain
from automaton.cluster.nats.jetstream_api import (
    ANSWERED_WITHIN,
    NO_STREAM,
    WRONG_LAST,
    ApiError,
    ask_api,
    get_message,
)
from automaton.errors import TryLater, Unreachable

TRIES = 10
"""Of a change, where somebody else changes another key at the same time."""

LARGEST_VALUE = 256 << 10
"""Bytes. The largest are the sealed secrets of the page, some kilobytes."""


@dataclass(frozen=True, slots=True)
class KeptValue:
    """A key's value and the number of its change, which the next one has to name."""

    key: str
    value: bytes
    revision: int


class NatsBucket:
    """Used in the loop of the connection. Keys are made of letters, digits, `-`, `_` and dots."""

    def __init__(self, connection: NatsConnection, names: Names, replicas: int) -> None:
        self._connection, self._replicas = connection, replicas
        self._stream, self._prefix = f"KV_{names.bucket}", f"$KV.{names.bucket}."

    async def make(self) -> None:
        """Where it is missing. Raises Unreachable, and NotSetUp with what an operator has to do."""
        try:
            await self._ask("STREAM.INFO", {})
        except ApiError as error:
            if error.number != NO_STREAM:
                raise
            try:
                await self._ask("STREAM.CREATE", self._wanted())
            except ApiError as refused:
                raise NotSetUp(f"the bucket {self._stream} cannot be made: {refused}") from None

    async def get(self, key: str) -> KeptValue | None:
        """What stands there, as its leader says. Raises Unreachable."""
        return await self._message({"last_by_subj": self._prefix + key})

    async def put(self, key: str, value: bytes, revision: int) -> KeptValue | None:
        """Changes it where its last change is that one, 0 for none; None where it is another.

        Raises Unreachable, and then it may have been changed all the same.
        """
        if len(value) > LARGEST_VALUE:
            raise ValueError(f"{len(value)} bytes are more than the {LARGEST_VALUE} of a value")
        for _ in range(TRIES):
            last = await self._last()
            found = await self.get(key)
            if (found.revision if found else 0) != revision:
                return None
            number = await self._append(key, value, last, revision)
            if number is not None:
                return KeptValue(key, value, number)
        raise TryLater("others change the bucket all the time")

    async def changes(self, after: int) -> list[KeptValue]:
        """The last change of each key that changed behind that one, in order. Raises Unreachable."""
        found: list[KeptValue] = []
        while (
            kept := await self._message({"seq": after + 1, "next_by_subj": self._prefix + ">"})
        ) is not None:
            found.append(kept)
            after = kept.revision
        return found

    async def _last(self) -> int:
        """The number of its last message. Raises Unreachable, whatever JetStream says."""
        try:
            told = await self._ask("STREAM.INFO", {})
        except ApiError as error:
            raise Unreachable(f"the bucket {self._stream} cannot be asked now: {error}") from None
        return int(told["state"]["last_seq"])

    async def _append(self, key: str, value: bytes, last: int, revision: int) -> int | None:
        headers = {
            "Nats-Expected-Last-Sequence": str(last),
            "Nats-Expected-Last-Subject-Sequence": str(revision),
        }
        subject = self._prefix + key
        try:
            answer = await self._connection.request(subject, value, ANSWERED_WITHIN, headers)
        except (NatsError, TimeoutError) as error:
            raise Unreachable(asked_in_vain(self._connection, subject, error)) from None
        told: dict[str, Any] = json.loads(answer.data)
        no = told.get("error")
        if no is None:
            return int(told["seq"])
        if no.get("err_code") in WRONG_LAST:
            return None
        raise Unreachable(f"the bucket takes nothing now: {no.get('description')}")

    async def _message(self, asked: dict[str, Any]) -> KeptValue | None:
        found = await get_message(self._connection, self._stream, asked)
        if found is None:
            return None
        return KeptValue(found.subject.removeprefix(self._prefix), found.body, found.sequence)

    async def _ask(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        return await ask_api(self._connection, f"{what}.{self._stream}", body)

    def _wanted(self) -> dict[str, Any]:
        """As NATS' own tools make one, so that `nats kv` shows it."""
        return StreamConfig(
            name=self._stream,
            description="automaton: what its members share",
            subjects=[f"{self._prefix}>"],
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            discard=DiscardPolicy.NEW,
            num_replicas=self._replicas,
            max_msgs_per_subject=1,
            max_msg_size=-1,
            max_msgs=-1,
            max_bytes=-1,
            max_consumers=-1,
            max_age=0,
            allow_direct=True,
            allow_rollup_hdrs=True,
            deny_delete=True,
        ).as_dict()
