"""Every world that can be reached, the nearest first, and the laws that each of them is held to."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from tests.model.cluster.recovery import Recovery
from tests.model.cluster.steps import Steps
from tests.model.cluster.world import Broken, Faults, Log, Process, Rules, World


@dataclass(slots=True)
class Found:
    """What a search saw: how many worlds and steps, and the way to the first broken law, if any."""

    worlds: int = 0
    steps: int = 0
    strays: int = 0  # worlds in which a process that was stopped has acted, and said so
    able: int = 0  # worlds in which somebody may act
    broken: str = ""
    way: list[str] = field(default_factory=list)


def search(faults: Faults, rules: Rules, *, members: int = 3, longest_log: int = 3) -> Found:
    """All that follows on a shard that nobody owns yet, with so many faults.

    The log is as long as it gets, but nobody falls further behind its end than `longest_log`: what is behind
    the place where a process last looked is forgotten. Where it `loses`, that is its length.
    """
    steps = Steps(rules, longest_log)
    recovery = Recovery(steps)
    start = World((Process(),) * members, faults)
    came: dict[World, tuple[World, str] | None] = {start: None}
    queue = deque([start])
    found = Found()
    while queue:
        world = queue.popleft()
        try:
            look(world, steps, found)
            recovery.check(world)
            for name, happened in steps.all(world):
                after = forgotten(happened, steps)
                found.steps += 1
                if after not in came:
                    came[after] = (world, name)
                    queue.append(after)
        except Broken as law:
            found.broken, found.way = str(law), way(came, world)
            break
    found.worlds = len(came)
    return found


def way(came: dict[World, tuple[World, str] | None], world: World) -> list[str]:
    """The names of the steps that led there."""
    names = []
    before = came[world]
    while before is not None:
        world, name = before
        names.append(name)
        before = came[world]
    return names[::-1]


def forgotten(world: World, steps: Steps) -> World:
    """Without what nobody will look at any more: the log but for its end, and what can arrive no more."""
    if steps.rules.loses:
        return world
    last, end, entries = world.log
    seen = [steps.names.seen(one.claim) for one in world.processes if one.claim is not None]
    behind = min([last - 1, *(one.looks_behind for one in seen)])
    if len(end) > last - behind:
        world = world._replace(log=Log(last, end[behind - last :], entries))
    if world.old and steps.rules.is_fenced and any(one.expected < last for one in world.old):
        world = world._replace(old=frozenset(one for one in world.old if one.expected >= last))
    return world if behind <= 1 else shifted(world, behind - 1, steps)


def shifted(world: World, by: int, steps: Steps) -> World:
    """The same world with lower sequences, so that the length of a log makes no difference."""
    processes = tuple(
        one._replace(
            claim=None if one.claim is None else steps.names.shifted(one.claim, by),
            out=None if one.out is None else one.out._replace(expected=one.out.expected - by),
            reply=None if one.reply is None else one.reply._replace(sequence=one.reply.sequence - by),
        )
        for one in world.processes
    )
    old = frozenset(one._replace(expected=one.expected - by) for one in world.old)
    log = world.log._replace(last=world.log.last - by)
    return world._replace(processes=processes, old=old, log=log)


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
