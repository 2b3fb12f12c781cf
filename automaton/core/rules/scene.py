"""What an expression or a step may read at one moment: facts, the incident, the match, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import tzinfo
from typing import Protocol, Self

from automaton.core.calls import Severity
from automaton.core.events import NO_FIELDS, FieldValue, State
from automaton.core.expression import Applied, Expression
from automaton.core.facts.facts import Facts
from automaton.core.facts.table import NOW, READERS
from automaton.core.happening import Happening
from automaton.core.key import key_value
from automaton.core.moment import Moment
from automaton.core.number_form import PLAIN_NUMBERS
from automaton.core.outcome import Outcome
from automaton.core.pack import NO_PACK, Pack
from automaton.core.quick import quick
from automaton.core.rules.breaker import RunHistory
from automaton.core.rules.incident import Incident
from automaton.core.schedule.moment_form import DEFAULT_FORM, write_moment
from automaton.core.truth import UNKNOWN, Printed, Value

OF_A_MATCH = "it."
OF_A_RESULT = "result."
NO_TURNS: Mapping[str, int] = {}

SHADOW = "shadow"
"""The `way` of an outcome that was pretended, in shadow."""


class NamedRule(Protocol):
    """What a rule's expressions and steps may say of the rule itself."""

    @property
    def id(self) -> str:
        """As it is written."""

    @property
    def severity(self) -> Severity:
        """How loud its messages are."""

    @property
    def note(self) -> str:
        """What it is for, in its author's words."""

    @property
    def tells(self) -> frozenset[str]:
        """The channels that its `do` names."""

    @property
    def zone(self) -> tzinfo:
        """In which it writes moments."""

    @property
    def by_values(self) -> tuple[Expression, ...]:
        """What a list in `by` adds to its key."""


class FunctionValues(Protocol):
    """Gives functions their values: the target of a rule, or the aggregate of one that counts."""

    def apply(self, applied: Applied, now: Moment) -> Value:
        """The value of a function; unknown for one that has none here."""

    def total(self) -> Value:
        """How many servers count under the key."""


class NoFunctions:
    """A scene without a target: every function is unknown."""

    def apply(self, applied: Applied, now: Moment) -> Value:
        """Always unknown."""
        return UNKNOWN

    def total(self) -> Value:
        """Always unknown."""
        return UNKNOWN


@quick(kw_only=True)
class Scene:
    """What a rule may read at one moment. `fields` are those of the match, for `it.*`.

    `result` is what earlier steps of the run gave, for `result.*`.
    """

    now: Moment
    facts: Facts
    rule: NamedRule
    incident: Incident | None = None
    fields: Mapping[str, FieldValue] = field(default_factory=lambda: NO_FIELDS)
    around: FunctionValues = field(default_factory=NoFunctions)
    runs: RunHistory | None = None
    left: float | None = None
    result: Mapping[str, FieldValue] = field(default_factory=lambda: NO_FIELDS)

    def read(self, name: str) -> Value:
        """The value of any name of the vocabulary."""
        if name in READERS:  # nearly all of them are facts
            return READERS[name](self.facts, self.now.mono)
        if name.startswith(OF_A_MATCH):
            plain = self.fields.get(name[len(OF_A_MATCH) :])
            form = self.facts.numbers
            is_printed = form is not PLAIN_NUMBERS and isinstance(plain, str)
            return Printed(plain, form=form) if is_printed else Value(plain)
        if name.startswith(OF_A_RESULT):
            return Value(self.result.get(name[len(OF_A_RESULT) :]))
        match name:
            case "rule":
                return Value(self.rule.id)
            case "severity":
                return Value(self.rule.severity.value)
            case "lines":
                return Value("\n".join(self.facts.lines))
            case "matches":
                return Value(self.incident.matches) if self.incident else UNKNOWN
            case "open_for":
                return self._open_for()
            case "acked":
                return Value(self.incident.acked) if self.incident else UNKNOWN
            case "attempt":
                return self._attempt()
            case "left":
                return Value(self.left)
            case "total":
                return self.around.total()
        if name.partition(":")[0] == NOW:
            return self._moment(name)
        return self.facts.read(name, self.now.mono)

    def apply(self, applied: Applied) -> Value:
        """The value of a function of the language."""
        return self.around.apply(applied, self.now)

    def with_fields(self, fields: Mapping[str, FieldValue]) -> Self:
        """The same scene, with the fields of another match in `it`."""
        return replace(self, fields=fields)

    def with_left(self, seconds: float) -> Self:
        """The same scene, with this much left of a countdown."""
        return replace(self, left=seconds)

    def _attempt(self) -> Value:
        """Which run of the rule this is lately, or would be, from 1."""
        if self.incident is not None:
            return Value(self.incident.attempt)
        return Value(self.runs.lately(self.now.mono) + 1) if self.runs is not None else UNKNOWN

    def _moment(self, name: str) -> Value:
        """`now`, or `now:FORM`: a text is filled at its moment, so nobody asks how long it holds."""
        form = name.partition(":")[2] or DEFAULT_FORM
        return Value(write_moment(self.now.wall, self.rule.zone, form))

    def _open_for(self) -> Value:
        if self.incident is None:
            return UNKNOWN
        if self.incident.cleared is not None:
            return Value(self.incident.cleared - self.incident.opened)
        return Value(self.now - self.incident.opened, slope=1.0)


def seed_of(rule: str, key: str) -> str:
    """What chance of its own is drawn by: another for each rule and key, and the same in a replay."""
    return f"{rule}/{key}"


@quick(kw_only=True)
class StepScene(Scene):
    """What a step sees besides: the outcome of its call, what just happened, and the pack.

    `happened` is what its action listens to, in order; of all that came while its call was under way, the
    latest. `is_end` marks a run of `on_clear`. `mark` stands before the rule's id in what is a drill's alone:
    refs, backups. `resumed` is true for the first step after automaton itself was away. `held_for` are the
    seconds for which a gate held the step, until now. `told` are the channels that were told of the opening.
    `key` is the text of the rule's key. `turns` says how often one of a list of texts was said, by the list's
    name. `more` is what a list in `by` has added to the key.
    """

    pack: Pack = NO_PACK
    outcome: Outcome | None = None
    happened: tuple[Happening, ...] = ()
    is_end: bool = False
    mark: str = ""
    resumed: bool = False
    held_for: float = 0.0
    key: str = ""
    told: frozenset[str] = frozenset()
    turns: Mapping[str, int] = field(default_factory=lambda: NO_TURNS)
    more: tuple[str, ...] = ()

    def is_of_key(self, fields: Mapping[str, FieldValue]) -> bool:
        """Whether a match is one under this key: one without the values of `by` is one for every key."""
        scene = self.with_fields(fields)
        values = [one.evaluate(scene, self.now.mono).plain for one in self.rule.by_values]
        return any(value is None for value in values) or tuple(map(key_value, values)) == self.more

    @property
    def seed(self) -> str:
        """That of `Trigger.next_time`."""
        return seed_of(self.rule.id, self.key)

    @property
    def state(self) -> State | None:
        """The power state, None while it cannot be known."""
        return self.facts.state if self.facts.connected else None

    @property
    def shadowed(self) -> bool:
        """True if the last call was not sent because the rule is in shadow."""
        return self.outcome is not None and self.outcome.way == SHADOW
