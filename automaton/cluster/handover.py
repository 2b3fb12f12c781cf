"""A shard that is handed to another member: what its owner does, in order, and until when it can turn back.

            begin   nothing under way   too long   to is gone   released   closed   lost
idle        ending                                                                  over
ending              releasing           releasing  kept                             over
releasing                                                       closing             over
closing                                                                    over     over

Law: the release is in the log only when nothing that we began is under way on the shard; and from the
moment it is asked for there is no way back, for it may be in the log already.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from automaton.cluster.shard import Shard

# Seconds for what is under way to end. A call's own deadline is 30 (machines.md), so later there is none.
LONGEST_ENDING = 35.0


class State(Enum):
    """Where a handover stands."""

    IDLE = "idle"
    ENDING = "ending"
    RELEASING = "releasing"
    CLOSING = "closing"
    KEPT = "kept"  # given up: the shard stays ours
    OVER = "over"


@dataclass(frozen=True, slots=True)
class StopTaking:
    """Give the shard's engine no more events, begin no more calls, and count those that are under way."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The shard stays: its engine goes on, with events from now on."""

    why: str


@dataclass(frozen=True, slots=True)
class Release:
    """Release the shard in its log to this member; the heartbeat says so once that is acknowledged."""

    to: str
    was_cut_off: int  # calls that had not ended; their ends are unknown


@dataclass(frozen=True, slots=True)
class CloseLinks:
    """Close the shard's links and throw its host away; the next owner opens its own."""


Step = StopTaking | Resume | Release | CloseLinks


class Handover:
    """One shard on its way to one member. Each input answers with what is to be done now.

    What is asked for by one input and answered by another is never asked for twice.
    """

    __slots__ = ("_since", "shard", "state", "to")

    def __init__(self, shard: Shard, to: str) -> None:
        self.shard = shard
        self.to = to
        self.state = State.IDLE
        self._since = 0.0

    @property
    def is_over(self) -> bool:
        """Nothing is left to be done."""
        return self.state in (State.KEPT, State.OVER)

    def begin(self, now: float) -> tuple[Step, ...]:
        """The first input."""
        self._expect(State.IDLE)
        self.state, self._since = State.ENDING, now
        return (StopTaking(),)

    def look(self, now: float, under_way: int, *, to_lives: bool) -> tuple[Step, ...]:
        """Time passes: how many calls are under way, and whether `to` may still be given shards."""
        if self.state is not State.ENDING:
            return ()
        if not to_lives:
            self.state = State.KEPT
            return (Resume(f"{self.to} may not be given shards any more"),)
        if under_way and now - self._since < LONGEST_ENDING:
            return ()
        self.state = State.RELEASING
        return (Release(self.to, under_way),)

    def released(self) -> tuple[Step, ...]:
        """The release is in the log."""
        self._expect(State.RELEASING)
        self.state = State.CLOSING
        return (CloseLinks(),)

    def closed(self) -> tuple[Step, ...]:
        """The links are closed."""
        self._expect(State.CLOSING)
        self.state = State.OVER
        return ()

    def lost(self) -> tuple[Step, ...]:
        """Another's claim was read: the shard is not ours to hand over. Its links close as they do then."""
        self.state = State.OVER
        return ()

    def _expect(self, state: State) -> None:
        if self.state is not state:
            raise AssertionError(f"a handover that is {self.state.value} does not take this")
