"""Who owned what and when, what was taken from whom, and what trouble there was around.

Pure. Which changes of owner a law asks something of is decided here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf

from tests.chaos.record import Owned, Record, Trouble

LEASE = 10.0
OWNED_WITHIN = 20.0
BLINK = 1.0
"""Seconds by which moments may differ: owners are asked twice a second, on a busy machine."""

READ_WITHIN = 5.0
"""Seconds from a claim to its owner's word for it: it reads the log up to there first."""

CALM_BEFORE, CALM_AFTER = 5.0, 15.0
"""Seconds around a line without any trouble: who sees its server then has its entry in the log."""

ALONE = frozenset({"kill", "stop", "cut-nats", "cut-all"})
"""What takes a member away without its having said so."""

OF_NATS = frozenset({"nats-kill", "nats-cut", "majority-lost"})


def _by_shard(record: Record) -> dict[str, list[Owned]]:
    found: defaultdict[str, list[Owned]] = defaultdict(list)
    for one in sorted(record.owned, key=lambda one: one.epoch):
        found[one.shard].append(one)
    return found


def changes(record: Record) -> Iterator[tuple[Owned, Owned]]:
    """Each owner of a shard with the next one; a next life of the same member too."""
    for history in _by_shard(record).values():
        yield from pairwise(history)


def takeovers(record: Record) -> Iterator[tuple[Owned, Owned]]:
    """Shards that were taken from one that had said nothing."""
    for first, second in changes(record):
        if any(
            one.kind in ALONE and one.whom == first.member and one.began - BLINK <= first.last <= one.ended
            and second.first > one.began + LEASE / 2
            for one in record.troubles
        ):  # fmt: skip
            yield first, second


def given_up(record: Record) -> Iterator[tuple[Trouble, Owned, float]]:
    """What a silent member had owned, and after how long somebody else had it, where that is judged."""
    for trouble in record.troubles:
        if trouble.kind not in ALONE or not _could_be_taken(record, trouble):
            continue
        for history in _by_shard(record).values():
            for place, lost in enumerate(history):
                if lost.member != trouble.whom or not lost.first < trouble.began < lost.last + LEASE / 2:
                    continue
                if lost.last > trouble.ended and trouble.kind != "kill":
                    continue  # it came back before anybody took it
                if place + 1 < len(history):
                    yield trouble, lost, history[place + 1].first - trouble.began
                elif record.until > trouble.began + OWNED_WITHIN + record.waits.between(
                    trouble.began, trouble.began + OWNED_WITHIN
                ):
                    yield trouble, lost, inf


def _could_be_taken(record: Record, trouble: Trouble) -> bool:
    """Whether there is one of the newest generation, established and well, and NATS is well."""
    around = (trouble.began - LEASE, trouble.began + OWNED_WITHIN)
    others = [one for one in record.troubles if one is not trouble and _meets(one, *around)]
    if any(one.kind in OF_NATS or one.kind in ("slow", "reload", "start") for one in others):
        return False
    troubled = {one.whom for one in others}
    return any(
        one.member in one.established and one.member != trouble.whom and one.member not in troubled
        for one in record.standings
        if trouble.began - LEASE / 2 < one.at < trouble.began
    )


def taken_together(record: Record) -> Iterator[tuple[Trouble, Sequence[Owned]]]:
    """What others took of each silent member, nodes alone."""
    for trouble in record.troubles:
        if trouble.kind in ALONE:
            taken = [
                second
                for first, second in takeovers(record)
                if first.member == trouble.whom
                and trouble.began < second.first < trouble.ended + OWNED_WITHIN
                if second.shard.startswith("node:") and trouble.began - LEASE < first.last
                if second.member != trouble.whom
            ]
            if taken:
                yield trouble, taken


def _meets(trouble: Trouble, since: float, until: float) -> bool:
    return trouble.began < until and trouble.ended > since


def is_calm(record: Record, at: float, until: float | None = None, but: Trouble | None = None) -> bool:
    """Whether there is no trouble around a moment, or in a stretch `until` another."""
    since, until = (at - CALM_BEFORE, at + CALM_AFTER) if until is None else (at, until)
    return not any(_meets(one, since, until) for one in record.troubles if one is not but)


def is_seen(record: Record, server: str, at: float) -> bool:
    """Whether a socket that was let in is open since CALM_BEFORE, and stays so for a while.

    Sockets of one server are counted: at a handover there are two for a moment.
    """
    last_in = last_out = -inf
    for one in record.sockets:
        if one.server != server or one.at > at + CALM_BEFORE:
            continue
        if one.what == "auth" and one.at < at:
            last_in = one.at
        elif one.what not in ("auth", "open"):
            last_out = one.at
    return last_out < last_in < at - CALM_BEFORE
