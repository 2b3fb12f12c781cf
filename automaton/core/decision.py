"""The answer, always with its verdict.

A verdict is the reason, also when nothing happened. Its code is stable: logs, metrics, tests and
people rely on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from automaton.core.calls import Call
from automaton.core.moment import Moment


class Verdict(StrEnum):
    """Every reason, in the order in which they are asked for: the first that applies is the verdict."""

    NOT_TRUE = "not_true"
    UNKNOWN = "unknown"
    WAITING = "waiting"
    ALREADY_OPEN = "already_open"
    GUARD_FALSE = "guard_false"
    GUARD_UNKNOWN = "guard_unknown"
    COOLING = "cooling"
    OWN_RUN_GOING = "own_run_going"
    FIRED = "fired"
    ACTING = "acting"
    SHADOW = "shadow"
    SETTLING = "settling"
    REFUSED = "refused"
    OVER_LIMIT = "over_limit"
    NOT_POSSIBLE = "not_possible"
    UNCERTAIN = "uncertain"
    ENDED = "ended"
    CLEARED = "cleared"
    FAILED = "failed"
    OVERTAKEN = "overtaken"
    WITHDRAWN = "withdrawn"
    GONE = "gone"

    @property
    def sentence(self) -> str:
        """What an operator reads."""
        return SENTENCES[self]


SENTENCES: dict[Verdict, str] = {
    Verdict.NOT_TRUE: "the expression is false",
    Verdict.UNKNOWN: "the expression cannot be known now",
    Verdict.WAITING: "not yet: `for` is still running, or `count` is not reached",
    Verdict.ALREADY_OPEN: "its incident is open already",
    Verdict.GUARD_FALSE: "`if` is false",
    Verdict.GUARD_UNKNOWN: "`if` cannot be known now, which counts as false",
    Verdict.COOLING: "the `cooldown` after the last run is not over",
    Verdict.OWN_RUN_GOING: "the last run of this rule is still going",
    Verdict.FIRED: "the rule fired and its incident is open",
    Verdict.ACTING: "a step of the run was asked of the world",
    Verdict.SHADOW: "in shadow: this would have been done, and was not",
    Verdict.SETTLING: "held until `limits.settle` after the start is over",
    Verdict.REFUSED: "refused: the rule may not do this, or not now",
    Verdict.OVER_LIMIT: "over the budget of `limits`",
    Verdict.NOT_POSSIBLE: "not possible on this server now; the run goes on",
    Verdict.UNCERTAIN: "it was sent, and nothing tells whether it was done; the run goes on",
    Verdict.ENDED: "the run came to its end",
    Verdict.CLEARED: "the incident has cleared",
    Verdict.FAILED: "the run failed",
    Verdict.OVERTAKEN: "what the run was for was over before its turn came",
    Verdict.WITHDRAWN: "the rule was removed, or no longer names this server",
    Verdict.GONE: "the server is gone",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A call of a rule, with the number under which its end is told (`CallEnded`)."""

    number: int
    call: Call
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """`calls` are to be performed now; `held` are what would have been, in shadow or over a limit."""

    rule: str
    key: str
    at: Moment
    verdict: Verdict
    detail: str = ""
    calls: tuple[Asked, ...] = ()
    held: tuple[Call, ...] = ()

    @property
    def acts(self) -> bool:
        """True if something is asked of the world."""
        return bool(self.calls)
