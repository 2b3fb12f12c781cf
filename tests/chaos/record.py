"""What a run left behind: what was done to it, what was seen of owners, the simulator's log, the mailbox.

Plain data. Owners are what the members said of their own logs while it went on; acts and messages are what
arrived.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from tests.campaign.crash.record import Post, Printed, Seen


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that was wrong, from `began` to `ended` in wall time. `whom`: a member, or some of NATS."""

    kind: str
    whom: str
    began: float
    ended: float = inf


@dataclass(frozen=True, slots=True)
class Owned:
    """A shard was first and last heard to be owned by a member under this epoch, by its owner itself."""

    shard: str
    member: str
    epoch: int
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Standing:
    """A member said at this moment who was established and of which generation; `mine` are its own shards."""

    at: float
    member: str
    established: frozenset[str]  # of the newest generation, and not being drained
    mine: frozenset[str]


@dataclass(slots=True)
class Waits:
    """Seconds in which somebody waited for a processor, `seen` as (wall time, count since long ago)."""

    seen: list[tuple[float, float]] = field(default_factory=list)

    def note(self, at: float, seconds: float) -> None:
        """What the count is at this moment."""
        self.seen.append((at, seconds))

    def between(self, since: float, until: float) -> float:
        """What was counted from the last look before the one to the first look after the other."""
        seen = list(self.seen)
        before = [seconds for at, seconds in seen if at <= since] or [seconds for _, seconds in seen[:1]]
        after = [seconds for at, seconds in seen if at >= until] or [seconds for _, seconds in seen[-1:]]
        return max(0.0, after[0] - before[-1]) if seen else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All of it, each list in the order of time. `commands` and `powers` are automaton's own."""

    began: float = 0.0
    until: float = inf
    troubles: Sequence[Trouble] = ()
    owned: Sequence[Owned] = ()
    standings: Sequence[Standing] = ()
    node_of: Mapping[str, str] = field(default_factory=dict)
    printed: Sequence[Printed] = ()
    commands: Sequence[Seen] = ()
    powers: Sequence[Seen] = ()
    states: Sequence[Seen] = ()
    sockets: Sequence[Seen] = ()
    posts: Sequence[Post] = ()
    stray: int = 0
    waits: Waits = field(default_factory=Waits)
    tokens_a_minute: float = 540.0  # three quarters of what the Panel allows are asked for
