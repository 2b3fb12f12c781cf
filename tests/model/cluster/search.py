"""Every world that can be reached, the nearest first, and the laws that each of them is held to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.model.cluster.forgetting import forgotten
from tests.model.cluster.recovery import Recovery
from tests.model.cluster.steps import Steps
from tests.model.cluster.world import RIGHT, Broken, Faults, Process, Rules, World

Worlds: TypeAlias = tuple[World, ...]
"""One for each shard: they share their processes' crashes, and time."""


@dataclass(slots=True)
class Found:
    """What a search saw: how many worlds and steps, and the way to the first broken law, if any."""

    worlds: int = 0
    steps: int = 0
    strays: int = 0  # worlds in which a process that was stopped has acted, and said so
    able: int = 0  # worlds in which somebody may act
    broken: str = ""
    way: list[str] = field(default_factory=list)


def search(
    faults: Faults, rules: Rules = RIGHT, *, members: int = 3, shards: int = 1, longest_log: int = 5
) -> Found:
    """All that follows on shards that nobody owns yet, with so many faults at each, however long it goes on.

    Only a log that may lose its end is searched up to a length.
    """
    steps = Steps(rules, longest_log)
    recovery = Recovery(steps)
    start = (World((Process(),) * members, faults),) * shards
    came: dict[Worlds, tuple[Worlds, str] | None] = {start: None}
    queue = deque([start])
    found = Found()
    while queue:
        worlds = queue.popleft()
        try:
            for world in worlds:
                look(world, steps, found)
                recovery.check(world)
            for name, after in happenings(worlds, steps):
                found.steps += 1
                if after not in came:
                    came[after] = (worlds, name)
                    queue.append(after)
        except Broken as law:
            found.broken, found.way = str(law), way(came, worlds)
            break
    found.worlds = len(came)
    return found


def happenings(worlds: Worlds, steps: Steps) -> Iterator[tuple[str, Worlds]]:
    """All that may happen next; one thing alone, where nobody else can see it."""
    for number, world in enumerate(worlds):
        unseen = steps.unseen(world)
        if unseen is not None:
            yield from ((name, _put(worlds, number, one, steps)) for name, one in unseen)
            return
    for number, world in enumerate(worlds):
        for name, one in steps.of_shard(world):
            yield name, _put(worlds, number, one, steps)
    for member in range(len(worlds[0].processes)) if worlds[0].faults.crashes else ():
        if any(world.processes[member] != Process() for world in worlds):
            crashed = tuple(forgotten(steps.crash(world, member), steps) for world in worlds)
            yield f"{member} crashes and starts again", crashed
    yield "time passes", tuple(steps.later(world) for world in worlds)


def _put(worlds: Worlds, number: int, world: World, steps: Steps) -> Worlds:
    return (*worlds[:number], forgotten(world, steps), *worlds[number + 1 :])


def way(came: dict[Worlds, tuple[Worlds, str] | None], worlds: Worlds) -> list[str]:
    """The names of the steps that led there."""
    names = []
    before = came[worlds]
    while before is not None:
        worlds, name = before
        names.append(name)
        before = came[worlds]
    return names[::-1]


def look(world: World, steps: Steps, found: Found) -> None:
    """The laws of every single moment. Raises Broken."""
    claims = [steps.names.seen(one.claim) for one in world.processes if one.claim is not None]
    able = [one.epoch for one in claims if one.may_act]
    if len(able) > 1:
        raise Broken(f"the owners of epochs {able} may act at once")
    for act in world.acts:
        if not act.is_told and any(epoch > act.epoch for epoch in able):
            raise Broken(f"what epoch {act.epoch} wrote is under way while that of {able} may act")
    found.able += bool(able)
    found.strays += bool(world.strays)
