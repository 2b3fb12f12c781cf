"""What is wrong with a rule that no single key shows: names, kinds, references, authority.

Each problem has its place. Channels and limits are judged only where an automaton.yml is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from automaton.core import steps
from automaton.core.calls import Severity
from automaton.core.command import first_word_problem
from automaton.core.gates import Allowance, choosing_words
from automaton.core.vocabulary import INCIDENT_FACTS, SERVER_FACTS, Fact, Kind
from automaton.expr.check import check
from automaton.expr.expression import Expression
from automaton.expr.template import Template, check_template
from automaton.rulebook.model import RuleModel
from automaton.schema.kinds import ActionModel, Knowledge, Steps, TriggerModel
from automaton.schema.nearest import nearest
from automaton.schema.problem import Place, Problem, problem_at
from automaton.schema.scalar import Scalar
from automaton.schema.selector import Selector
from automaton.schema.validate import placed

NOWHERE_ALLOWED = "`limits.allow` in automaton.yml names it for no server"
OF_THE_RULE = {name: INCIDENT_FACTS[name] for name in ("rule", "severity")}
BEFORE_IT_OPENS: Mapping[str, Fact] = {**SERVER_FACTS, **OF_THE_RULE}
WHILE_IT_IS_OPEN: Mapping[str, Fact] = {**SERVER_FACTS, **INCIDENT_FACTS}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What automaton.yml says: channels with what each takes, and what rules may do."""

    channels: Mapping[str, Severity]
    allow: tuple[Allowance, ...]


@dataclass(frozen=True, slots=True)
class Checker:
    """Judges rules of one file. `bounds` None: without an automaton.yml."""

    known: Knowledge
    groups: Mapping[str, Selector]
    bounds: Bounds | None

    def problems(self, rule: RuleModel) -> Iterator[Problem]:
        """All of a rule."""
        it = self._gives(rule.when) if rule.when is not None else frozenset[str]()
        if rule.servers is not None:
            yield from self._groups(rule.servers)
        if rule.when is not None:
            yield from self._trigger(rule.when)
        yield from self._truth(rule.while_, BEFORE_IT_OPENS, frozenset())
        yield from self._truth(rule.if_, BEFORE_IT_OPENS, it)
        if isinstance(rule.until, TriggerModel):
            yield from self._trigger(rule.until)
        elif isinstance(rule.until, Expression):
            yield from self._truth(rule.until, WHILE_IT_IS_OPEN, it)
        for step in walk((rule.do, rule.on_clear)):
            yield from self._step(step, rule, it)
        yield from _unanchored(rule)
        yield from _in_vain(rule)

    def _groups(self, selector: Selector) -> Iterator[Problem]:
        for name in sorted(selector.groups_named):
            if name not in self.groups:
                yield _unknown("group", name, self.groups)

    def _trigger(self, trigger: TriggerModel) -> Iterator[Problem]:
        for name in trigger.names():
            if name not in self.known.events:
                yield _unknown("event", name, self.known.events)
        yield from self._truth(trigger.where, BEFORE_IT_OPENS, self._gives(trigger))

    def _gives(self, trigger: TriggerModel) -> frozenset[str] | None:
        """None where an event is named that nobody knows: that is one mistake, not two."""
        is_known = all(name in self.known.events for name in trigger.names())
        return trigger.gives(self.known) if is_known else None

    def _truth(
        self, expression: Expression | None, facts: Mapping[str, Fact], it: frozenset[str] | None
    ) -> Iterable[Problem]:
        if expression is None:
            return ()
        return placed(check(expression, facts, Kind.TRUTH, it=it), expression)

    def _step(self, step: ActionModel, rule: RuleModel, it: frozenset[str] | None) -> Iterator[Problem]:
        for value in written(step):
            match value:
                case Template():
                    yield from placed(check_template(value, WHILE_IT_IS_OPEN, it=it), value)
                case Expression():
                    yield from self._truth(value, WHILE_IT_IS_OPEN, it)
                case TriggerModel():
                    yield from self._trigger(value)
        yield from self._wants(step, rule)

    def _wants(self, step: ActionModel, rule: RuleModel) -> Iterator[Problem]:
        wants = step.wants()
        for command in wants.commands:
            if problem := first_word_problem(command):
                yield problem_at(_place(command.origin), "first-word", problem, found=f"`{command.source}`")
            elif self.bounds is not None:
                yield from self._command(command, self.bounds)
        if self.bounds is None:
            return
        for name in wants.channels:
            if name not in self.bounds.channels:
                yield _unknown("channel", name, self.bounds.channels)
            else:
                yield from _dropped(step, name, self.bounds.channels[name], rule)
        for signal in sorted(wants.signals):
            if not any(one.allows_signal(signal) for one in self.bounds.allow):
                message = f"rule `{rule.id}` may not do power `{signal}`: {NOWHERE_ALLOWED}"
                instead = f"allow: {{power: [{signal}, …]}}"
                yield problem_at(step.place, "not-allowed", message, suggestion=instead)

    def _command(self, command: Template, bounds: Bounds) -> Iterator[Problem]:
        for word in choosing_words(command.source):
            if any(one.allows_word(word) for one in bounds.allow):
                continue
            message = f"a rule may not send `{word}`: {NOWHERE_ALLOWED}"
            instead = f"allow: {{send: [{word}, …]}}"
            yield problem_at(_place(command.origin), "not-allowed", message, suggestion=instead)


def walk(blocks: Iterable[Steps]) -> Iterator[ActionModel]:
    """All steps, those inside of others too."""
    return (step for step in steps.walk(blocks) if isinstance(step, ActionModel))


def written(step: ActionModel) -> Iterator[object]:
    """What a step's keys hold, lists taken apart; the steps inside it not."""
    for name in type(step).model_fields:
        value = getattr(step, name)
        yield from value if isinstance(value, tuple) else (value,)


def _unanchored(rule: RuleModel) -> Iterator[Problem]:
    """No pack knows every way in which players' words reach a console (rule-language 4.5)."""
    pattern = getattr(rule.when, "console", None)
    acts = any(step.needs_hand and step.verb in ("power", "send") for step in walk((rule.do,)))
    if pattern is None or not acts or pattern.source.startswith("^"):
        return
    message = (
        "a pattern of a rule that acts begins with `^` and the machine's words: players can print the rest"
    )
    yield problem_at(
        _place(pattern.origin), "unanchored", message, severity="warning", suggestion=f"'^{pattern.source}'"
    )


def _in_vain(rule: RuleModel) -> Iterator[Problem]:
    """Steps that are never reached."""
    inner = [block for step in walk((rule.do, rule.on_clear)) for block in step.blocks()]
    for block in (rule.do, rule.on_clear, *inner):
        for before, step in pairwise(block):
            if before.verb == "end":
                yield problem_at(
                    step.place, "in-vain", "this is never reached: `end` comes before it", severity="warning"
                )


def _dropped(step: ActionModel, channel: str, least: Severity, rule: RuleModel) -> Iterator[Problem]:
    severity = getattr(step, "severity", None) or rule.severity
    if severity.rank < least.rank:
        message = f"never sent: it is `{severity}`, and channel `{channel}` takes `{least}` and above"
        yield problem_at(
            step.place, "never-sent", message, severity="warning", suggestion=f"severity: {least}"
        )


def _unknown(what: str, name: str, known: Iterable[str]) -> Problem:
    words = sorted(known)
    near = nearest(name, words)
    did_you_mean = f", did you mean `{near}`?" if near else ""
    expected = "" if near else ", ".join(f"`{word}`" for word in words) or f"a {what} that is written down"
    message = f"unknown {what} `{name}`{did_you_mean}"
    return problem_at(_place(name), f"unknown-{what}", message, expected=expected, suggestion=near or "")


def _place(origin: object) -> Place:
    return origin.place if isinstance(origin, Scalar) else Place("-")
