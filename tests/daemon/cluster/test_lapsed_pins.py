"""Pins to members that are gone."""

from __future__ import annotations

from collections.abc import Callable

import anyio
from structlog.testing import capture_logs

from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.cluster.wishes import GONE_AFTER, Wishes
from automaton.daemon.cluster.lapsed_pins import LapsedPins

NODE = Shard(ShardKind.NODE, "n")


class Cluster:
    def __init__(self, *, owns_the_fleet: bool = True, problem: str = "") -> None:
        self.wishes = Wishes().move(NODE, "a").move(FLEET, "b")
        self.dead = {"a": GONE_AFTER + 1}
        self._problem = problem
        self.pins = LapsedPins(lambda: self.wishes, lambda: self.dead, lambda: owns_the_fleet, self._wish)

    async def _wish(self, change: Callable[[Wishes], Wishes]) -> str:
        if not self._problem:
            self.wishes = change(self.wishes)
        return self._problem


def test_a_pin_to_a_member_that_is_gone_for_long_is_taken_away_and_told() -> None:
    cluster = Cluster()
    with capture_logs() as logs:
        anyio.run(cluster.pins.look)
        anyio.run(cluster.pins.look)

    assert cluster.wishes == Wishes().move(FLEET, "b")
    assert logs == [{"event": "cluster.pin_lapsed", "log_level": "warning", "shard": "node:n", "member": "a"}]


def test_one_member_sees_to_it() -> None:
    cluster = Cluster(owns_the_fleet=False)
    anyio.run(cluster.pins.look)

    assert "node:n" in cluster.wishes.pinned


def test_what_could_not_be_written_is_not_told_as_done() -> None:
    cluster = Cluster(problem="no majority")
    with capture_logs() as logs:
        anyio.run(cluster.pins.look)

    assert logs == []
    assert "node:n" in cluster.wishes.pinned
