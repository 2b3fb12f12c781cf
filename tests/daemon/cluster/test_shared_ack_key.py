"""All members sign links with one key, which the first of them makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from structlog.testing import capture_logs
from trio.testing import MockClock

from automaton.cluster.shared_secret import SealingKey
from automaton.daemon.cluster.shared_ack_key import SharedAckKey
from automaton.errors import Unreachable
from automaton.secret import Secret

pytestmark = pytest.mark.anyio
KEY = SealingKey(Secret("k" * 32), "hosting")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


@dataclass(frozen=True)
class Value:
    key: str
    value: bytes
    revision: int


class FakeBucket:
    """`faults` are raised by the next reads, one each; `faster` is put by another in the middle of ours."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.faults: list[Exception] = []
        self.faster: bytes | None = None

    async def make(self) -> None: ...

    async def get(self, key: str) -> Value | None:
        if self.faults:
            raise self.faults.pop(0)
        return self.values.get(key)

    async def put(self, key: str, value: bytes, revision: int) -> Value | None:
        if self.faster is not None:
            self.values[key] = Value(key, self.faster, 1)
        found = self.values.get(key)
        if (found.revision if found is not None else 0) != revision:
            return None
        self.values[key] = Value(key, value, revision + 1)
        return self.values[key]

    async def changes(self, after: int) -> Sequence[Value]:
        return list(self.values.values())


async def known(bucket: FakeBucket, seal: SealingKey = KEY) -> SharedAckKey:
    key = SharedAckKey(seal)
    await key.run(bucket)
    return key


async def test_the_first_member_makes_it_and_all_others_read_it() -> None:
    bucket = FakeBucket()
    first, second = await known(bucket), await known(bucket)

    assert first.made() == second.made() == second.known()
    assert len(first.made().reveal()) == 64
    assert first.made().reveal().encode() not in bucket.values[first.name].value


async def test_of_two_that_make_it_at_once_the_faster_one_counts() -> None:
    bucket, other = FakeBucket(), FakeBucket()
    theirs = await known(other)
    bucket.faster = other.values[theirs.name].value

    assert (await known(bucket)).made() == theirs.made()


async def test_until_it_is_read_there_is_none() -> None:
    assert SharedAckKey(KEY).known() is None


async def test_while_nats_cannot_be_reached_it_is_asked_for_again() -> None:
    bucket = FakeBucket()
    bucket.faults = [Unreachable("no NATS"), Unreachable("no NATS")]

    assert (await known(bucket)).known() is not None


async def test_members_that_were_given_a_new_key_share_a_new_secret() -> None:
    bucket = FakeBucket()
    old, new = await known(bucket), await known(bucket, SealingKey(Secret("n" * 32), "hosting"))

    assert old.name != new.name
    assert old.made() != new.made()


async def test_what_is_none_of_ours_is_told_and_not_taken() -> None:
    bucket = FakeBucket()
    name = SharedAckKey(KEY).name
    bucket.values[name] = Value(name, b"anything", 1)
    with capture_logs() as logs:
        key = await known(bucket)

    assert key.known() is None
    assert [one["event"] for one in logs] == ["cluster.secret_unread"]
