"""Who signs in at one member's page is known at all, and who signs out is out at all."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from automaton.cluster.shared_secret import SealingKey
from automaton.core.moment import Moment
from automaton.daemon.cluster.shared_sessions import MOST_SHARED, SharedSessions
from automaton.errors import Unreachable
from automaton.secret import Secret
from automaton.web.http_json import RequestRefused
from automaton.web.pages.security.sessions import IDLE
from automaton.web.routes.page_sessions import SessionChanges, SharedSession
from tests.daemon.cluster.test_shared_ack_key import FakeBucket, Value

pytestmark = pytest.mark.anyio
SEAL = SealingKey(Secret("k" * 32), "hosting")
NOW = 1_700_000_000.0


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Stopped:
    def now(self) -> Moment:
        return Moment(1_000.0, NOW)


def of(name: str, seen: float = NOW) -> SharedSession:
    return SharedSession(name=name, proof="p" * 64, csrf="c" * 32, seen=seen)


class At:
    """One member; `heard` counts changes of what it knows."""

    def __init__(self, bucket: FakeBucket, seal: SealingKey = SEAL) -> None:
        self.heard = 0
        self.sessions = SharedSessions(seal, bucket, Stopped(), self._hear)

    def _hear(self) -> None:
        self.heard += 1

    def names(self) -> dict[str, str]:
        return {digits: one.name for digits, one in self.sessions.known.items()}


def tell_all(bucket: FakeBucket, *members: At) -> None:
    for member in members:
        for kept in bucket.values.values():
            member.sessions.hear(kept)


async def test_what_one_page_tells_all_know_and_none_of_it_is_readable_on_the_way() -> None:
    bucket = FakeBucket()
    a, b = At(bucket), At(bucket)
    await a.sessions.share(SessionChanges({"aa": of("anna")}))
    await b.sessions.share(SessionChanges({"bb": of("bert")}))
    tell_all(bucket, a, b)
    await a.sessions.share(SessionChanges({"bb": None}))
    tell_all(bucket, a, b)

    assert a.names() == b.names() == {"aa": "anna"}
    assert (a.heard, b.heard) == (3, 2)
    assert b"anna" not in bucket.values[a.sessions.name].value


async def test_what_is_idle_and_what_is_too_many_is_let_go() -> None:
    bucket = FakeBucket()
    member = At(bucket)
    many = {f"{number:x}": of("anna", NOW - number) for number in range(MOST_SHARED + 10)}
    await member.sessions.share(SessionChanges({**many, "old": of("bert", NOW - IDLE - 1.0)}))

    assert set(member.names()) == {f"{number:x}" for number in range(MOST_SHARED)}
    assert len(bucket.values[member.sessions.name].value) < 256 << 10


async def test_where_nats_cannot_be_reached_the_page_is_told_to_come_again() -> None:
    bucket = FakeBucket()
    bucket.faults = [Unreachable("no NATS")]
    with pytest.raises(RequestRefused, match="no NATS") as refused:
        await At(bucket).sessions.share(SessionChanges({"aa": of("anna")}))

    assert refused.value.status == 503


async def test_what_is_none_of_ours_is_told_and_not_taken() -> None:
    bucket = FakeBucket()
    member, stranger = At(bucket), At(bucket, SealingKey(Secret("s" * 32), "hosting"))
    await stranger.sessions.share(SessionChanges({"aa": of("anna")}))
    sealed = bucket.values[stranger.sessions.name].value
    with capture_logs() as logs:
        member.sessions.hear(Value("secret.links.x", b"", 1))
        member.sessions.hear(Value(member.sessions.name, sealed, 1))

    assert [one["event"] for one in logs] == ["cluster.secret_unread"]
    assert member.names() == {}
    assert len(member.sessions.routes()) == 1
