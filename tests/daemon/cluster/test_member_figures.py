"""What a member counts is of the shards that are its own now."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest
from trio.testing import MockClock

from automaton.cluster.claim_steps import Owned
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.daemon.app import Daemon
from automaton.daemon.cluster.engine_shard import EngineShard
from automaton.daemon.cluster.member_figures import MemberFigures
from automaton.daemon.cluster.shard_run import Phase, ShardRun
from automaton.web.fleet_summary import FleetSummary
from tests.daemon.asking import LOBBY, asking
from tests.daemon.cluster.stage import FakeLog
from tests.daemon.cluster.test_outgoing_messages import OPS, STAFF, Node, said

pytestmark = pytest.mark.anyio

EU = Shard(ShardKind.NODE, "eu-1")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class OfDaemon(EngineShard):
    """The engine of a whole daemon, as a shard's."""

    def __init__(self, daemon: Daemon) -> None:
        self.host = daemon.host

    def summary(self) -> FleetSummary:
        return FleetSummary(live=1, servers=2, parked=0, rules=0, incidents=0)


def run_of(shard: Shard, daemon: Daemon, phase: Phase = Phase.OWNED) -> ShardRun:
    log = FakeLog(claimed=Owned(epoch=3, sequence=1, acts_from=175.0, lost=False, anew=False))
    log.lease.begin(0.0)
    log.lease.extend(110.0)
    run = ShardRun(shard, log, lambda _run, _opened: OfDaemon(daemon))
    run.phase, run.host = phase, OfDaemon(daemon)
    return run


async def test_engines_and_servers_are_those_of_shards_that_are_its_own(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        runs = [run_of(EU, daemon), run_of(FLEET, daemon, Phase.OVER)]
        figures = MemberFigures(lambda: runs, daemon.process)
        engines, facts = figures.engines(), figures.facts()

    assert [one.loop for one in engines] == [daemon.host.loop]
    assert LOBBY in facts
    assert (figures.deliveries(), figures.targets()) == ([], [])


async def test_of_its_own_shards_it_knows_the_lease_and_whose_servers_are_seen(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        runs = [run_of(EU, daemon), run_of(FLEET, daemon)]
        own = MemberFigures(lambda: runs, daemon.process).own(boot=100.0)

    assert (own[EU].lease, own[EU].acts_in, own[EU].servers, own[EU].linked) == (10.0, 75.0, 2, 1)
    assert (own[FLEET].servers, own[FLEET].linked) == (None, None)


async def test_what_owners_of_channels_have_not_taken_is_added_up_over_its_shards(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        runs = [run_of(EU, daemon), run_of(FLEET, daemon)]
        for run, waits in zip(runs, (2, 1), strict=True):
            node = Node()
            assert isinstance(run.host, EngineShard)
            run.host.messages = node.post(OPS, STAFF)
            for incident in range(waits):
                run.host.messages.hand_over(said(incident=incident))
            await anyio.sleep(5.0)
        untaken = MemberFigures(lambda: runs, daemon.process).untaken()

    assert untaken == {"ops": (3, pytest.approx(10.0)), "staff": (0, 0.0)}


async def test_a_member_without_a_shard_counts_nothing(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        figures = MemberFigures(list, daemon.process)

    assert (figures.engines(), figures.facts(), figures.own(0.0)) == ([], {}, {})
