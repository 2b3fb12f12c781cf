"""What one reading says that the last one did not."""

from __future__ import annotations

from automaton.core.events import StatsReported
from automaton.core.facts.facts import READINGS
from automaton.core.happening import Seen

ALL_READ = Seen(frozenset(READINGS))
"""A reading after none."""


def differing(before: StatsReported, after: StatsReported) -> Seen:
    """The facts that two readings disagree on. `uptime` always does while the server is up."""
    return DIFFERENCES[
        (before.memory != after.memory)
        + 2 * (before.memory_limit != after.memory_limit)
        + 4 * (before.cpu_pct != after.cpu_pct)
        + 8 * (before.disk != after.disk)
        + 16 * (before.rx != after.rx)
        + 32 * (before.tx != after.tx)
        + 64 * (before.uptime != after.uptime)
    ]


def _differences() -> tuple[Seen, ...]:
    """All that two readings can differ in, by the sum of what differs: made once, not each second."""
    names = ("memory", "memory_limit", "cpu_pct", "disk", "rx", "tx", "uptime")
    follow = {"memory": {"memory_pct"}, "memory_limit": {"memory_pct"}, "disk": {"disk_pct"}}
    return tuple(
        Seen(
            frozenset[str]().union(
                *({name} | follow.get(name, set()) for place, name in enumerate(names) if number >> place & 1)
            )
        )
        for number in range(1 << len(names))
    )


DIFFERENCES = _differences()
