"""What makes no difference any more is left out of a world: those that differ in it alone are one."""

from __future__ import annotations

from itertools import accumulate

from tests.model.cluster.steps import FRESH, Steps
from tests.model.cluster.world import Log, World


def forgotten(world: World, steps: Steps) -> World:
    """Without what can arrive no more, and without those messages of the log at which nobody looks any more.

    The others move together: how long a log is makes no difference. The last one stays, and says to whoever
    lags that somebody else has claimed since.
    """
    if steps.rules.loses:
        return world
    last, end, entries = world.log
    if world.old and steps.rules.is_fenced and any(one.expected < last for one in world.old):
        world = world._replace(old=frozenset(one for one in world.old if one.expected >= last))
    if any(one.claim is None and one != FRESH and one.checked is None for one in world.processes):
        world = _renewed(world, steps)
    looked_at = {last}
    for one in world.processes:
        if one.claim is not None:
            looked_at |= steps.names.seen(one.claim).looks_at
    kept = [sequence in looked_at for sequence in range(1, last + 1)]
    if all(kept):
        return world
    end = tuple(stamp for stamp, is_kept in zip(end, kept, strict=True) if is_kept)
    return _renumbered(world, Log(len(end), end, entries), (0, *accumulate(kept)), steps)


def _renewed(world: World, steps: Steps) -> World:
    """Who owns nothing, and of whom nothing is to be seen any more, is as if it had never been there."""
    seen = {steps.names.stamp(one).writer.member for one in world.log.end}
    seen |= {steps.names.stamp(one.stamp).writer.member for one in world.old}
    processes = tuple(
        FRESH if one.claim is None and one.checked is None and str(number) not in seen else one
        for number, one in enumerate(world.processes)
    )
    return world._replace(processes=processes)


def _renumbered(world: World, log: Log, sequences: tuple[int, ...], steps: Steps) -> World:
    """The world at that log, in which each sequence is another."""
    processes = tuple(
        one._replace(
            claim=None if one.claim is None else steps.names.renumbered(one.claim, sequences),
            out=None if one.out is None else one.out._replace(expected=sequences[one.out.expected]),
            reply=None if one.reply is None else one.reply._replace(sequence=sequences[one.reply.sequence]),
        )
        for one in world.processes
    )
    old = frozenset(one._replace(expected=sequences[one.expected]) for one in world.old)
    return world._replace(processes=processes, old=old, log=log)
