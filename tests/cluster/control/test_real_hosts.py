"""Real engines behind the front: one shard answers as a daemon alone does, and two are merged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp
from trio.testing import MockClock

from automaton.cluster.control.shards import KnownServer
from automaton.daemon.app import Daemon
from automaton.daemon.services.standing_orders import StandingOrdersService
from automaton.web.control_api import ControlApi
from tests.cluster.control.members import EU, FLEET, US, Cluster, Member
from tests.daemon.asking import LOBBY, asking, open_down

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


def host_of(daemon: Daemon) -> ControlApi:
    """What a shard's host answers."""
    host = daemon.host
    orders = StandingOrdersService(
        host.inspector, host.confirmations.put, daemon.clock, lambda: 1, host.inspector.no_journal
    )
    return ControlApi(
        [*host.routes(), *daemon.status.routes(), *orders.routes()], host.confirmations.confirmed
    )


def member_of(hosts: dict[Any, ControlApi]) -> Member:
    cluster = Cluster(servers=[KnownServer(uuid=LOBBY, id="1", name="lobby", node="eu-1")])
    member = cluster.member("one", {})
    for shard, host in hosts.items():
        cluster.owners[shard], member.hosts[shard] = "one", host
    return member


async def told(app: ASGIApp, path: str) -> Any:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://automaton") as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


PATHS = [
    "/v1/servers",
    "/v1/servers?facts=1",
    f"/v1/servers/{LOBBY}",
    "/v1/incidents",
    "/v1/rules",
    "/v1/rules/down/keys",
    f"/v1/rules/down/explain?key={LOBBY}",
    "/v1/breakers",
    "/v1/status",
]


async def test_a_cluster_of_one_shard_answers_as_a_daemon_alone(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        await open_down(watch)
        host = host_of(daemon)
        front = member_of({EU: host}).front.app
        alone = [await told(host.app, path) for path in PATHS]
        together = [await told(front, path) for path in PATHS]

    assert together == alone


async def test_a_hold_at_the_fleet_is_one_of_every_shard_at_once(tmp_path: Path) -> None:
    for folder in ("fleet", "eu", "us"):
        (tmp_path / folder).mkdir()
    async with (
        asking(tmp_path / "fleet") as (watch, fleet),
        asking(tmp_path / "eu") as (_, eu),
        asking(tmp_path / "us") as (_, us),
    ):
        member = member_of({FLEET: host_of(fleet), EU: host_of(eu), US: host_of(us)})
        async with member.client() as client:
            held = await client.post("/v1/hold", json={"reason": "fire"})
            silenced = await client.post(
                "/v1/silences", json={"rules": ["down"], "servers": [], "seconds": 600}
            )
        holds = [one.host.inspector.hold() for one in (fleet, eu, us)]
        silences = [[row.id for row in one.host.silences.silences().silences] for one in (fleet, eu, us)]
        async with member.client() as client:
            released = await client.post("/v1/release")
        await watch.seconds(1)
        after = [one.host.inspector.hold() for one in (fleet, eu, us)]

    assert (held.status_code, silenced.status_code, released.status_code) == (200, 200, 200)
    assert [hold.reason if hold else None for hold in holds] == ["fire"] * 3
    assert silences == [[silenced.json()["id"]]] * 3
    assert after == [None] * 3
