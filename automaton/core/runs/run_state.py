"""The life of a run, as states and the transitions between them.

A run is READY only while the runner steps it: whatever stops it there leaves it in another state, and it
returns to READY when that is over. OVER is final. LISTENING and CALLING are its step's own waits; in all
others something else keeps it, and only the end of that lets it continue.

    READY -> LISTENING    the step waits for a time, a fact or a happening
          -> CALLING      a call of it is under way
          -> HELD         a gate holds what the step asks
          -> SETTLING     `limits.settle` holds all actions
          -> LOCKED       another run holds the server lock
          -> BACKING_OFF  the rule's `backoff`, before the first step
          -> RETURNING    automaton was away, and the server has not been seen since
    what kept it -> UNSURE    its turn has come, and what the rule's `if` reads is not known
"""

from __future__ import annotations

from enum import Enum


class RunState(Enum):
    """Where a run is. The value completes "it waits …", for people."""

    READY = "for its turn"
    LISTENING = "for what it listens to"
    CALLING = "for the answer to what it asked"
    HELD = "until it may go ahead"
    SETTLING = "for the end of `limits.settle`"
    LOCKED = "for the server's hand, which another run has"
    BACKING_OFF = "for the end of `backoff`"
    RETURNING = "for the server to be seen again"
    UNSURE = "for what its rule's `if` reads to be known"
    OVER = "for nothing"


S = RunState
TRANSITIONS: dict[RunState, frozenset[RunState]] = {
    S.READY: frozenset(RunState),
    S.LISTENING: frozenset({S.READY, S.OVER}),
    S.CALLING: frozenset({S.READY, S.OVER}),
    S.HELD: frozenset({S.READY, S.UNSURE, S.OVER}),
    S.SETTLING: frozenset({S.READY, S.UNSURE, S.OVER}),
    S.LOCKED: frozenset({S.READY, S.UNSURE, S.OVER}),
    S.BACKING_OFF: frozenset({S.READY, S.UNSURE, S.OVER}),
    S.RETURNING: frozenset({S.READY, S.SETTLING, S.OVER}),  # it may return while `limits.settle` still holds
    S.UNSURE: frozenset({S.READY, S.OVER}),
    S.OVER: frozenset(),
}

KEPT = frozenset({S.HELD, S.SETTLING, S.LOCKED, S.BACKING_OFF, S.RETURNING, S.UNSURE})
"""The states in which something other than its own step keeps a run."""


class WrongTransition(RuntimeError):
    """A fault of ours: a run went where no transition leads."""

    def __init__(self, before: RunState, after: RunState) -> None:
        super().__init__(f"a run that is {before.name} cannot become {after.name}")
