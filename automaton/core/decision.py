"""The engine's answers: decisions, each with its verdict.

A verdict is the reason, also for doing nothing. Law: its code is stable, for logs, metrics, tests and people
rely on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from automaton.core.calls import Call
from automaton.core.moment import Moment


class Verdict(StrEnum):
    """Every reason, in the order in which they are asked for: the first that applies is the verdict.

    Up to FIRED they concern the opening of an incident, from SHADOW to HELD_BY_FLEET a call. The others say
    what came of a step or a run.
    """

    OUT_OF_SCOPE = "out_of_scope"
    OFF = "off"
    NOT_TRUE = "not_true"
    UNKNOWN = "unknown"
    WAITING = "waiting"
    ABANDONED = "abandoned"
    ALREADY_OPEN = "already_open"
    GUARD_FALSE = "guard_false"
    GUARD_UNKNOWN = "guard_unknown"
    COOLING = "cooling"
    BREAKER_OPEN = "breaker_open"
    OWN_RUN_GOING = "own_run_going"
    QUEUED = "queued"
    TRIPPED = "tripped"
    LOOPING = "looping"
    FIRED = "fired"
    ACTING = "acting"
    SHADOW = "shadow"
    SILENCED = "silenced"
    MUTED = "muted"
    SETTLING = "settling"
    REFUSED = "refused"
    PANEL_DOWN = "panel_down"
    CRASH_PENDING = "crash_pending"
    OVER_LIMIT = "over_limit"
    HELD_BY_FLEET = "held_by_fleet"
    NOT_POSSIBLE = "not_possible"
    ALREADY = "already"
    UNCERTAIN = "uncertain"
    ELSE = "else"
    ENDED = "ended"
    CLEARED = "cleared"
    FAILED = "failed"
    OVERTAKEN = "overtaken"
    WITHDRAWN = "withdrawn"
    GONE = "gone"
    RESTLESS = "restless"

    # Verdicts are counted at each evaluation, and the hash of an Enum is a call in Python.
    __hash__ = str.__hash__

    @property
    def sentence(self) -> str:
        """What an operator reads."""
        return SENTENCES[self]


SENTENCES: dict[Verdict, str] = {
    Verdict.OUT_OF_SCOPE: "the rule does not name this server",
    Verdict.OFF: "the rule is off: by its `arm`, or by `limits.arm`",
    Verdict.NOT_TRUE: "the expression is false",
    Verdict.UNKNOWN: "the expression cannot be known now",
    Verdict.WAITING: "not yet: `for` or `within` is still running, or `count` is not reached",
    Verdict.ABANDONED: "`unless` came in time, or nobody could see whether it came",
    Verdict.ALREADY_OPEN: "its incident is open already",
    Verdict.GUARD_FALSE: "`if` is false",
    Verdict.GUARD_UNKNOWN: "`if` cannot be known now, which counts as false",
    Verdict.COOLING: "the `cooldown` after the last run is not over",
    Verdict.BREAKER_OPEN: "the `breaker` has tripped and is not reset yet",
    Verdict.OWN_RUN_GOING: "the last run of this rule is still going",
    Verdict.QUEUED: "it waits for the end of the rule's own run (`overlap: queue`)",
    Verdict.TRIPPED: "too many runs: the `breaker` tripped, and the rule is off for this key",
    Verdict.LOOPING: "the rule is set off by its own output again and again: it is held for a while",
    Verdict.FIRED: "the rule fired and its incident is open",
    Verdict.ACTING: "a step of the run was asked of the world",
    Verdict.SHADOW: "in shadow: this would have been done, and was not",
    Verdict.SILENCED: "held by a silence",
    Verdict.MUTED: "held while another rule's incident is open (`mutes`)",
    Verdict.SETTLING: "held until `limits.settle` after the start is over",
    Verdict.REFUSED: "refused: the rule may not do this, or not now",
    Verdict.PANEL_DOWN: "held while the Panel does not answer: Wings could not start the server",
    Verdict.CRASH_PENDING: "held until Wings has restarted the server after its crash, or given up",
    Verdict.OVER_LIMIT: "over the budget of `limits`",
    Verdict.HELD_BY_FLEET: "held while `limits.hold_power_if` is true or cannot be known",
    Verdict.NOT_POSSIBLE: "not possible on this server now",
    Verdict.ALREADY: "its goal was there already: nothing was asked",
    Verdict.UNCERTAIN: "it was sent, and nothing tells whether it was done; the run goes on",
    Verdict.ELSE: "the step failed, and its `else` runs",
    Verdict.ENDED: "the run came to its end",
    Verdict.CLEARED: "the incident has cleared",
    Verdict.FAILED: "the run failed",
    Verdict.OVERTAKEN: "what the run was for was over before its turn came",
    Verdict.WITHDRAWN: "the rule was removed, or no longer names this server",
    Verdict.GONE: "the server is gone",
    Verdict.RESTLESS: "the engine looked at it again and again though nothing happened: it is slowed down",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A call of a rule, with the number by which its `CallEnded` refers to it."""

    number: int
    call: Call
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """`calls` are to be performed now; `held` are those that a gate held, or that shadow only pretended."""

    rule: str
    key: str
    at: Moment
    verdict: Verdict
    detail: str = ""
    calls: tuple[Asked, ...] = ()
    held: tuple[Call, ...] = ()


class Ledger(Protocol):
    """Where decisions are written before anything is sent."""

    def write(self, decision: Decision) -> None:
        """Writes one decision; called in the order in which they were made."""
        ...
