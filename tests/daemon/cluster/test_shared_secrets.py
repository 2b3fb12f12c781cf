"""With `cluster.key` links and sessions are shared; without it nothing is, and that is told."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest
from structlog.testing import capture_logs
from trio.testing import MockClock

from automaton.cluster.messages.told_incidents import ToldIncidents
from automaton.daemon.cluster.member_shards import MemberShards
from automaton.daemon.cluster.message_links import LinksOfChannel
from automaton.daemon.cluster.shard_runs import ShardRuns
from automaton.daemon.cluster.shared_secrets import NO_KEY, SharedSecrets
from automaton.daemon.cluster.shared_state import SharedState
from automaton.secret import Secret
from automaton.settings.cluster import ClusterSettings
from automaton.web.routes.page_sessions import SessionChanges, SharedSession
from tests.daemon.asking import asking
from tests.daemon.cluster.test_shared_ack_key import FakeBucket

pytestmark = pytest.mark.anyio
ANNA = SharedSession(name="anna", proof="p", csrf="c", seen=0.0)


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


def settings(key: str | None) -> ClusterSettings:
    return ClusterSettings(servers=["nats://localhost"], key=Secret(key) if key else None, name="hosting")


async def joined(tmp_path: Path, secrets: SharedSecrets, bucket: FakeBucket, told: list[str]) -> SharedState:
    """As a member does it once it is built, and NATS is there."""
    state = SharedState(bucket, "m1", lambda wishes: None)
    async with asking(tmp_path) as (_, daemon):
        pool, clock = daemon.connections.pool, daemon.clock
        runs = ShardRuns(lambda shard: pytest.fail("no shard runs"), lambda: 0.0)
        shards = MemberShards(pool, list, runs, lambda: pytest.fail("nobody asks"))
        secrets.join(bucket, state, shards, daemon.active, clock, lambda: told.append("sessions"))
    async with anyio.create_task_group() as tasks:
        secrets.begin(tasks)
    return state


async def test_with_a_key_members_share_the_key_of_links_and_who_is_signed_in(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    bucket, told = FakeBucket(), list[str]()
    first, second = SharedSecrets(settings("k" * 32)), SharedSecrets(settings("k" * 32))
    await joined(tmp_path_factory.mktemp("a"), first, bucket, [])
    state = await joined(tmp_path_factory.mktemp("b"), second, bucket, told)
    assert first.ack_key is not None
    assert first._sessions is not None
    await first._sessions.share(SessionChanges({"aa": ANNA, "bb": None}))
    await state.read()

    assert second.ack_key is not None
    assert second.ack_key.known() == first.ack_key.known() is not None
    assert (first.known_sessions(), second.known_sessions(), told) == ({}, {}, [])  # she is idle for years
    assert [route.path for route in first.routes()] == ["/ack/{token}", "/v1/page/sessions"]


async def test_without_a_key_nothing_is_shared_and_messages_carry_no_links(tmp_path: Path) -> None:
    bucket = FakeBucket()
    with capture_logs() as logs:
        secrets = SharedSecrets(settings(None))
    await joined(tmp_path, secrets, bucket, [])

    assert [(one["event"], one["reason"]) for one in logs] == [("cluster.key_missing", NO_KEY)]
    assert (secrets.ack_key, secrets.links, secrets.known_sessions(), secrets.routes()) == (
        None,
        None,
        None,
        [],
    )
    assert bucket.values == {}


async def test_a_link_of_a_channel_is_one_of_these(tmp_path: Path) -> None:
    secrets = SharedSecrets(settings("k" * 32))
    await joined(tmp_path, secrets, FakeBucket(), [])

    assert secrets.links is not None
    assert LinksOfChannel(ToldIncidents(), secrets.links).link("ops", ["down/lobby/1"]) is None
