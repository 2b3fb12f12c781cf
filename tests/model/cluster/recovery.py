"""From wherever the faults stop, somebody owns the shard again, and may act."""

from __future__ import annotations

from collections.abc import Iterator

from automaton.cluster.claim import State
from automaton.cluster.stamp import Kind
from tests.model.cluster.steps import Happening, Steps, put
from tests.model.cluster.world import Broken, Faults, World

ROUNDS = 16
"""Steps of time, in each of which every message arrives and every process goes on once or twice."""


class Recovery:
    """Lets a world go on without faults. What was on its way and is awaited by nobody is lost for good."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._good: set[World] = set()

    def check(self, world: World) -> None:
        """Raises Broken where nobody comes to own the shard for good."""
        world = world._replace(faults=Faults(0, 0), old=frozenset(), acted=frozenset())
        passed = []
        for _ in range(ROUNDS):
            if world in self._good:
                break
            passed.append(world)
            if self._is_good(world):
                break
            world = self._round(world)
        else:
            raise Broken("the faults have stopped, and nobody comes to own the shard")
        self._good.update(passed)

    def _is_good(self, world: World) -> bool:
        """One owner, who may act and for whom all is quiet."""
        claims = [self._steps.names.seen(one.claim) for one in world.processes if one.claim is not None]
        quiet = all(one.out is None and one.reply is None for one in world.processes)
        return quiet and len(claims) == 1 and claims[0].may_act and not claims[0].is_leaving

    def _round(self, world: World) -> World:
        for number, process in enumerate(world.processes):
            if process.checked is not None:
                world = put(world, number, process._replace(checked=None))
            world = self._turn(self._turn(world, number), number)
        if all(one.claim is None for one in world.processes):
            world = self._first(self._steps.begin(world, 0))
        return self._steps.later(world)

    def _turn(self, world: World, number: int) -> World:
        steps = self._steps
        if world.processes[number].out is not None:
            world = steps.arrive(world, number)
        if world.processes[number].reply is not None:
            world = self._first(steps.hear(world, number))
        claim = world.processes[number].claim
        if claim is None:
            return world
        seen = steps.names.seen(claim)
        if seen.state is State.OWNING and seen.is_lost and not seen.is_leaving:
            return self._first(steps.append(world, number, Kind.ADOPTED))
        return self._first(steps.tick(world, number)) if seen.is_due else world

    @staticmethod
    def _first(happenings: Iterator[Happening]) -> World:
        """The one in which everything works."""
        return next(happenings)[1]
