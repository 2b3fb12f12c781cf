"""A member says of itself what it is, whether it owns anything or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from trio.testing import MockClock

from automaton.cluster.control.seen import Seen
from automaton.cluster.log.append_times import AppendTimes
from automaton.cluster.shard import Shard
from automaton.cluster.wishes import Wishes
from automaton.daemon.app import Daemon
from automaton.daemon.cluster.cluster_figures import Counted
from automaton.daemon.cluster.desk import Desk
from automaton.daemon.cluster.member_figures import MemberFigures
from automaton.daemon.cluster.shared_secrets import SharedSecrets
from automaton.settings.cluster import ClusterSettings
from tests.cluster.beats import beat, member
from tests.cluster.control.members import Cluster
from tests.daemon.asking import asking

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


ALONE = ClusterSettings(servers=("nats://127.0.0.1:4222",))


class Sight:
    """A cluster of one."""

    def seen(self) -> Seen:
        return Seen(name="hosting", me="a", living=[member(beat("a"))])

    def counted(self) -> Counted:
        return Counted(appends=AppendTimes(), fenced=0, mail_lost={}, shares={("main", 0): 240.0}, untaken={})

    def lost_rows(self) -> int:
        return 0

    async def wish(self, change: Callable[[Wishes], Wishes]) -> str:
        return ""

    async def adopt(self, shard: Shard) -> str:
        return ""


def desk_of(daemon: Daemon) -> Desk:
    shards = Cluster().member("a", {})
    figures = MemberFigures(list, daemon.process)
    return Desk(
        daemon.process, Sight(), shards, figures, daemon._reload, daemon._heartbeat, SharedSecrets(ALONE),
        control=None, page_output=None,
    )  # fmt: skip


async def test_monitoring_is_answered_before_anything_is_owned(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        desk = desk_of(daemon)
        transport = httpx.ASGITransport(desk.own.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://automaton") as client:
            answers = {
                path: await client.get(f"/v1/{path}") for path in ("metrics", "health", "about", "cluster")
            }
        is_well = desk.is_well()

    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(answers, 200)
    assert answers["metrics"].json()["turn_age"] == 0.0
    assert answers["metrics"].json()["cluster_account_share"] == [[["main", "1"], 240.0]]
    assert answers["health"].json() == {"not_alive": "", "not_ready": ""}
    assert answers["cluster"].json()["me"] == "a"
    assert is_well


async def test_without_a_socket_there_is_no_page(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        assert desk_of(daemon).page is None
