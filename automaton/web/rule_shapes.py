"""How rules stand, as it goes over the control socket and as `--json` prints it: one schema for both.

Plain data, frozen. Seconds. What is printed by its type (`93.4 %`) is text here too; strangers' text in
it is as it came, and made harmless where it is shown.
"""

from __future__ import annotations

import msgspec

from automaton.web.shapes import IncidentRow


class PartRow(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an expression, `depth` levels below the whole, and its value; `why` it is unknown."""

    source: str
    value: str
    depth: int
    known: bool = True
    why: str = ""


class ExpressionRow(msgspec.Struct, frozen=True, kw_only=True):
    """An expression under its word in the rule (`while`, `if`, `until`, `where`), the whole first."""

    word: str
    parts: list[PartRow]


class ClockRow(msgspec.Struct, frozen=True, kw_only=True):
    """`so_far` of `needed`, in seconds, or counted where `counts`, then within `within` seconds.

    `left` is None where no time brings its end; `stands_still` where that is so because nobody can see.
    """

    name: str
    so_far: float
    needed: float
    left: float | None = None
    stands_still: bool = False
    counts: bool = False
    within: float = 0.0


class ReasonRow(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict's code, its sentence, and its figures."""

    verdict: str
    sentence: str
    detail: str = ""


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked of the world, or held back (`asked` false). `result` is empty while it is not known."""

    verb: str
    what: str
    asked: bool
    result: str = ""
    detail: str = ""


class EntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as it was remembered: `at` is seconds since 1970, `age` how long that is ago.

    `cause` is what happened just then, "" where only time passed. Strangers' text stands in it as it came.
    """

    at: float
    age: float
    verdict: str
    sentence: str
    detail: str = ""
    cause: str = ""
    expressions: list[ExpressionRow] = []
    clocks: list[ClockRow] = []
    calls: list[CallRow] = []


class StepRow(msgspec.Struct, frozen=True, kw_only=True):
    """The step at which a run stands: `number` of `steps`. `place` is where it is written.

    `of` is the key of the rule that holds the steps: `do`, `on_clear`, `escalate` or `then`.
    """

    verb: str
    number: int
    steps: int
    waits: str
    left: float | None = None
    place: str = ""
    of: str = "do"


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule thinks of one key now, and what it remembers of it.

    `phase` is `idle`, `pending`, `open` or `tripped`. `reasons` are why nothing fires or is done, the first
    is the one that counts; empty where it would fire, or where it fired and acts. `blind` says why nobody
    sees the server, empty where it is seen; `blind_for` how long that is so. `counted` are the evaluations
    by verdict, of all the rule's keys, since the daemon began. `set_off_by` is `while` or the trigger's word.
    """

    rule: str
    key: str
    name: str
    note: str = ""
    arm: str
    severity: str
    set_off_by: str
    phase: str
    reasons: list[ReasonRow] = []
    blind: str = ""
    blind_for: float | None = None
    expressions: list[ExpressionRow] = []
    clocks: list[ClockRow] = []
    incident: IncidentRow | None = None
    steps: list[StepRow] = []
    fired: list[EntryRow] = []
    held: list[EntryRow] = []
    not_matched: list[EntryRow] = []
    counted: dict[str, int] = {}


class Explanations(msgspec.Struct, frozen=True):
    """One of each key: a rule whose `by` is a list has several for one server."""

    explanations: list[Explanation]


class RuleRow(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in numbers. `arm` is what holds in the end, `servers` are those that it names.

    `counted` are its evaluations by verdict, since the daemon began.
    """

    id: str
    arm: str
    by: str
    severity: str
    servers: int
    open: int
    fired: int
    counted: dict[str, int] = {}
    note: str = ""


class Rules(msgspec.Struct, frozen=True):
    """All rules, in the order in which they are judged."""

    rules: list[RuleRow]


class Incidents(msgspec.Struct, frozen=True):
    """All open incidents, the oldest first."""

    incidents: list[IncidentRow]


class SilenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A silence: globs of rules and servers, and how many seconds are left of it."""

    id: str
    rules: list[str]
    servers: list[str]
    left: float
    note: str = ""


class Silences(msgspec.Struct, frozen=True):
    """All silences, the one that ends first at the front."""

    silences: list[SilenceRow]


class BreakerRow(msgspec.Struct, frozen=True, kw_only=True):
    """A breaker that tripped `age` seconds ago; `left` until it resets itself, None for a person only."""

    rule: str
    key: str
    name: str
    age: float | None = None
    left: float | None = None


class Breakers(msgspec.Struct, frozen=True):
    """All breakers that have tripped."""

    breakers: list[BreakerRow]


class KeyWanted(msgspec.Struct, frozen=True):
    """The body of an `ack` or a `reset`: a key's text, empty for all of the rule's."""

    key: str = ""


class SilenceWanted(msgspec.Struct, frozen=True):
    """The body of a new silence. `seconds` from now."""

    rules: list[str]
    servers: list[str]
    seconds: float
    note: str = ""
