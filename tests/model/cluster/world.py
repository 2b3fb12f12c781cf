"""The world in which claims are searched: an atomic log, processes at it, what is on the way, and time.

Law: every state is a value, and every time in it is counted from now, so that states which differ in the hour
alone are one. A pause is a process that takes no step while time passes; a partition is a message that does
not arrive. Nobody is told the wall's time, so no step of it can matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from automaton.cluster.claim import Claim
from automaton.cluster.lease import Terms
from automaton.cluster.stamp import UNKNOWN, Known

TERMS = Terms(lasts=2.0, idle=1.0, quiet=3.0, again=0.0)
"""The real ones, in the fewest steps of time that keep their order."""

LEAST_LEFT = 1.0
"""What of a lease must be left where something is written to a socket."""

UNDER_WAY = 1
"""Steps of time until what was written has happened: the deadline of a call, and the lock in Wings."""

Named: TypeAlias = int
"""A claim or a stamp, by its number in `names.py`: worlds are compared a million times."""


class Out(NamedTuple):
    """A message that is on the way to the log, and where it is expected."""

    stamp: Named
    expected: int
    behind: Named | None


class Reply(NamedTuple):
    """An answer on its way back: the sequence at which it landed, or the log's last one."""

    landed: bool
    sequence: int


class Doing(NamedTuple):
    """An entry that is acted on, and the epoch of the claim under which it was written."""

    stamp: Named
    epoch: int


class Process(NamedTuple):
    """A member's process at one shard. `lives` counts its tries, those before a restart included."""

    boot: int = 0
    lives: int = 0
    claim: Named | None = None
    out: Out | None = None
    reply: Reply | None = None
    ready: frozenset[Named] = frozenset()  # entries that are in the log, and not acted on yet
    checked: Doing | None = None  # the lease was looked at, and nothing written yet


class Act(NamedTuple):
    """Something written to a socket that has not happened yet."""

    epoch: int
    is_told: bool  # that it may come too late
    left: int


class Log(NamedTuple):
    """The stream: its last sequence, and its end as far back as anybody still looks."""

    last: int = 0
    end: tuple[Named, ...] = ()
    entries: frozenset[Named] = frozenset()  # all that it ever took


class Faults(NamedTuple):
    """How many there may still be of each."""

    claims: int  # tries of whoever thinks that nobody owns the shard
    entries: int
    silences: int = 0  # answers that do not come in time, or never
    outages: int = 0  # of the log, which say so
    crashes: int = 0
    stops: int = 0  # exactly between the look at the lease and the write
    old_reads: int = 0  # from a server that lags
    releases: int = 0
    losses: int = 0  # of the log's last message, acknowledged or not; with them `Rules.loses`


class World(NamedTuple):
    """One shard, and all that is true of it now."""

    processes: tuple[Process, ...]
    faults: Faults
    log: Log = Log()
    old: frozenset[Out] = frozenset()  # messages that may still arrive, and whose answer nobody awaits
    acts: tuple[Act, ...] = ()
    acted: frozenset[Named] = frozenset()
    told: Known = UNKNOWN  # how far the log is known to have come, as members tell one another
    spared: frozenset[Named] | None = None  # the log lost its end: what may be acted on before one adopts it
    missing: Named | None = None  # what it lost then; where a copy of it takes the place, nothing is lost
    strays: int = 0  # acts by a process that was stopped between look and write, and told so


@dataclass(frozen=True, slots=True)
class Rules:
    """What the world and its processes abide by; a planted bug is another set of them."""

    kind: type[Claim] = Claim
    loses: bool = False  # the log may lose its end, so nothing of it is forgotten here
    least_left: float = LEAST_LEFT
    is_fenced: bool = True
    knows_last: bool = True  # the fence compares the last message too, and not its sequence alone
    waits_for_log: bool = True  # with an act, for its entry
    tells_strays: bool = True


RIGHT = Rules()


class Broken(Exception):
    """A law that a step broke."""
