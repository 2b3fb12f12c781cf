"""Rows of the audit trail that do not get out of their shards, as the log says it."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.daemon.cluster.shard_run import Phase, ShardRun
from automaton.daemon.cluster.trail_shipping import TrailShipping
from tests.daemon.cluster.stage import FakeLog

pytestmark = pytest.mark.anyio

NODE = Shard(ShardKind.NODE, "eu-1")


class Stage:
    """Two shards that are ours, and what was lost of their rows."""

    def __init__(self) -> None:
        self.fleet, self.node = FakeLog(), FakeLog()
        self.lost = 0
        runs = [ShardRun(FLEET, self.fleet, _no_host), ShardRun(NODE, self.node, _no_host)]
        for run in runs:
            run.phase = Phase.OWNED
        self._shipping = TrailShipping(lambda: runs, lambda: self.lost)

    def looks(self) -> list[dict[str, object]]:
        """What the next two tell."""
        with capture_logs() as logs:
            self._shipping.look()
            self._shipping.look()
        return [{key: one[key] for key in one if key != "log_level"} for one in logs]


def _no_host(*_: object) -> None:
    """Of this nothing is looked at."""


async def test_a_trail_that_takes_nothing_is_told_once_for_all_shards_and_so_is_its_end() -> None:
    stage = Stage()
    assert stage.looks() == []

    stage.fleet.trail_fault = stage.node.trail_fault = "no leader"
    began = stage.looks()
    stage.fleet.trail_fault = ""
    partly = stage.looks()
    stage.node.trail_fault = ""
    ended = stage.looks()

    assert began == [{"event": "trail.not_shipped", "shards": 2, "shard": "fleet", "reason": "no leader"}]
    assert (partly, ended) == ([], [{"event": "trail.shipped"}])


async def test_rows_that_are_lost_are_told_when_it_begins_and_counted_to_the_end() -> None:
    stage = Stage()
    stage.node.trail_fault, stage.lost = "no leader", 3
    began = stage.looks()
    stage.lost = 400
    meanwhile = stage.looks()
    stage.node.trail_fault = ""
    ended = stage.looks()
    stage.lost = 401
    of_a_flood = stage.looks()

    assert began[1:] == [{"event": "trail.rows_lost", "rows": 3}]
    assert meanwhile == []
    assert ended == [{"event": "trail.shipped"}, {"event": "trail.rows_lost", "rows": 397}]
    assert of_a_flood == [{"event": "trail.rows_lost", "rows": 1}]
