"""The engine's answers: decisions, each with its verdict.

A verdict is the reason, also for doing nothing. Law: its code is stable, for logs, metrics, tests and people
rely on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from typing import Protocol, Self

from automaton.core.calls import Call
from automaton.core.moment import Moment


class DecisionKind(StrEnum):
    """What a decision came to."""

    FIRED = "fired"
    HELD = "held"
    NOT_MATCHED = "not_matched"


class Told(Flag):
    """Who is told of a verdict.

    WARNS: a person may need to act. DETAIL: a stage on the way to a decision, logged for those who look for
    the reason of another. REPORTED: a run that ends so is reported to the channel of `limits.report`.
    """

    PLAIN = 0
    WARNS = auto()
    DETAIL = auto()
    REPORTED = auto()


FIRED, HELD, NOT_MATCHED = DecisionKind.FIRED, DecisionKind.HELD, DecisionKind.NOT_MATCHED
PLAIN, WARNS, DETAIL, REPORTED = Told.PLAIN, Told.WARNS, Told.DETAIL, Told.REPORTED


class Verdict(StrEnum):
    """Every reason, in the order in which they are asked for: the first that applies is the verdict.

    Up to FIRED they concern the opening of an incident, from SHADOW to GRANT_PENDING a call. The others say
    what came of a step or a run. Each is its code, the sentence that an operator reads, what
    it comes to, and who is told.
    """

    _value_: str
    sentence: str
    kind: DecisionKind
    told: Told

    def __new__(cls, code: str, sentence: str = "", kind: DecisionKind = FIRED, told: Told = PLAIN) -> Self:
        """The code is the value: `Verdict("cooling")`."""
        verdict = str.__new__(cls, code)
        verdict._value_, verdict.sentence, verdict.kind, verdict.told = code, sentence, kind, told
        return verdict

    OUT_OF_SCOPE = "out_of_scope", "the rule does not name this server", NOT_MATCHED
    OFF = "off", "the rule is off: by its `arm`, by `limits.arm`, or by hand", NOT_MATCHED
    NOT_TRUE = "not_true", "the expression is false", NOT_MATCHED, DETAIL
    UNKNOWN = "unknown", "the expression cannot be known now", NOT_MATCHED, DETAIL
    WAITING = (
        "waiting",
        "not yet: `for` or `within` is still running, or `count` is not reached",
        NOT_MATCHED,
        DETAIL,
    )
    ABANDONED = "abandoned", "`unless` came in time, or nobody could see whether it came", NOT_MATCHED
    SEEN_BEFORE = "seen_before", "seen before: the value of `first` is none that is new", NOT_MATCHED, DETAIL
    ALREADY_OPEN = "already_open", "its incident is open already", NOT_MATCHED, DETAIL
    GUARD_FALSE = "guard_false", "`if` is false", HELD
    GUARD_UNKNOWN = "guard_unknown", "`if` cannot be known now, which counts as false", HELD
    COOLING = "cooling", "the `cooldown` after the last run is not over", HELD
    BREAKER_OPEN = "breaker_open", "the `breaker` has tripped and is not reset yet", HELD
    OWN_RUN_GOING = "own_run_going", "the last run of this rule is still going", HELD
    QUEUED = "queued", "it waits for the end of the rule's own run (`overlap: queue`)", HELD
    TRIPPED = "tripped", "too many runs: the `breaker` tripped, and the rule is off for this key", HELD
    LOOPING = "looping", "the rule is set off by its own output again and again: it is held for a while", HELD
    FIRED = "fired", "the rule fired and its incident is open"
    ACTING = "acting", "a step of the run was asked of the world"
    SHADOW = "shadow", "in shadow: this would have been done, and was not", HELD
    SILENCED = "silenced", "held by a silence", HELD
    MUTED = "muted", "held while another rule's incident is open (`mutes`)", HELD
    ON_HOLD = "on_hold", "held by `automaton hold`, as every action is", HELD, REPORTED
    SETTLING = "settling", "held until `limits.settle` is over", HELD
    TAKING_OVER = (
        "taking_over",
        "held for a while after its node changed hands: what was sent for it before may still arrive",
        HELD,
    )
    REFUSED = "refused", "refused: the rule may not do this, or not now", HELD, WARNS | REPORTED
    PANEL_DOWN = (
        "panel_down",
        "held while the Panel does not answer: Wings could not start the server",
        HELD,
        WARNS | REPORTED,
    )
    CRASH_PENDING = (
        "crash_pending",
        "held until Wings has restarted the server after its crash, or given up",
        HELD,
        REPORTED,
    )
    OVER_LIMIT = "over_limit", "over the budget of `limits`", HELD, WARNS | REPORTED
    HELD_BY_FLEET = (
        "held_by_fleet",
        "held while `limits.hold_power_if` is true or cannot be known",
        HELD,
        REPORTED,
    )
    NO_JOURNAL = (
        "no_journal",
        "held while the journal cannot be written: what is not written could be done twice",
        HELD,
    )
    GRANT_PENDING = (
        "grant_pending",
        "held until the fleet's budgets, which are kept elsewhere, have answered",
        HELD,
        DETAIL,
    )
    NOT_POSSIBLE = "not_possible", "not possible on this server now", HELD, REPORTED
    ALREADY = "already", "its goal was there already: there was nothing to do"
    UNCERTAIN = (
        "uncertain",
        "it was sent, and nothing tells whether it was done; the run goes on",
        DecisionKind.FIRED,
        WARNS,
    )
    ELSE = "else", "the step failed, and its `else` runs", DecisionKind.FIRED, WARNS | REPORTED
    ENDED = "ended", "the run came to its end", DecisionKind.FIRED, DETAIL
    CLEARED = "cleared", "the incident has cleared"
    FAILED = "failed", "the run failed", DecisionKind.FIRED, WARNS | REPORTED
    OVERTAKEN = "overtaken", "what the run was for was over before its turn came", DecisionKind.FIRED, WARNS
    WITHDRAWN = "withdrawn", "the rule was removed, or no longer names this server"
    GONE = "gone", "the server is gone"
    RESTLESS = (
        "restless",
        "the engine looked at it again and again though nothing happened: it is slowed down",
        DecisionKind.FIRED,
        WARNS,
    )
    UNANSWERED = (
        "unanswered",
        "a fact that a rule reads stays unknown: nothing came of asking for it, or it may not be asked for",
        DecisionKind.FIRED,
        WARNS,
    )
    DRILLED = "drilled", "in a drill: nothing of this was done"

    # Verdicts are counted at each evaluation, and the hash of an Enum is a call in Python.
    __hash__ = str.__hash__


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
