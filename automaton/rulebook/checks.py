"""What is wrong with a rule that no single key shows: names, kinds, references, authority.

Each problem has its place. Channels, hooks and limits are judged only where an automaton.yml is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from automaton.core.calls import Severity
from automaton.core.console.command import FORBIDDEN, choice_problem, typed_words
from automaton.core.facts.kind import Kind
from automaton.core.gates.limits import Allowance
from automaton.core.key import By
from automaton.core.rules import action
from automaton.expr.expression import Expression
from automaton.expr.known import Known
from automaton.expr.template import Template
from automaton.rulebook.loud import as_loud_as_can_be
from automaton.rulebook.model import RuleModel
from automaton.rulebook.references import target_of, unknown
from automaton.rulebook.scopes import OF_A_COUNTDOWN, Fields, Here, Scopes
from automaton.schema.kind_of import Steps
from automaton.schema.kinds import ActionModel, Knowledge, TriggerModel
from automaton.schema.names import Names
from automaton.schema.problem import Problem, problem_at
from automaton.schema.selector import Selector
from automaton.schema.within import Leaf, own

NOWHERE_ALLOWED = "`limits.allow` in automaton.yml names it for no server"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What automaton.yml says: channels with what each takes, what rules may do, and what it names."""

    channels: Mapping[str, Severity]
    allow: tuple[Allowance, ...]
    hooks: Collection[str] = ()
    urls: Collection[str] = ()
    programs: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the files say beside the rule. `rules` are the ids of all."""

    known: Knowledge
    bounds: Bounds | None = None
    names: Names = field(default_factory=Names)
    rules: frozenset[str] = frozenset()
    functions: Known = field(default_factory=Known)


@dataclass(frozen=True, slots=True)
class Checker:
    """Judges one rule. `groups` are those of the file that says which servers."""

    around: Surroundings
    groups: Mapping[str, Selector]

    def problems(self, rule: RuleModel) -> Iterator[Problem]:
        """All of a rule."""
        scopes = Scopes(rule.by.by, self._it(rule), self.around.functions, self.around.names)
        if rule.servers is not None:
            yield from self._groups(rule.servers)
        yield from self._keys(rule, scopes)
        for steps_, here in self._blocks(rule, scopes):
            yield from self._steps(steps_, rule, here)
        if rule.mutes is not None:
            yield from self._muted(rule)
        yield from _unanchored(rule)
        yield from _in_vain(rule)

    def _it(self, rule: RuleModel) -> Fields:
        return self._gives(rule.when) if rule.when is not None else frozenset[str]()

    def _keys(self, rule: RuleModel, scopes: Scopes) -> Iterator[Problem]:
        """Triggers and expressions of the rule itself."""
        before, is_open = scopes.before(), scopes.while_open()
        for trigger in (rule.when, rule.unless):
            if trigger is not None:
                yield from self._trigger(trigger, before)
        if rule.while_ is not None:
            yield from before.with_it(frozenset()).told(rule.while_)
        if rule.if_ is not None:
            yield from before.told(rule.if_)
        for value in (*rule.by.values, *((rule.distinct,) if rule.distinct is not None else ())):
            yield from before.told(value, Kind.ANY)
        if isinstance(rule.until, TriggerModel):
            yield from self._trigger(rule.until, before)
        elif isinstance(rule.until, Expression):
            yield from is_open.told(rule.until)
        for escalation in rule.escalate:
            if escalation.unless is not None:
                yield from is_open.told(escalation.unless)

    def _blocks(self, rule: RuleModel, scopes: Scopes) -> Iterator[tuple[Steps, Here]]:
        is_open = scopes.while_open()
        yield rule.do, is_open
        yield rule.on_clear, is_open
        for escalation in rule.escalate:
            yield as_loud_as_can_be(escalation.do), is_open
        if rule.breaker is not None:
            yield as_loud_as_can_be(rule.breaker.then), scopes.when_tripped()

    def _groups(self, selector: Selector) -> Iterator[Problem]:
        for name in sorted(selector.groups_named):
            if name not in self.groups:
                yield unknown("group", name, self.groups)

    def _trigger(self, trigger: TriggerModel, here: Here) -> Iterator[Problem]:
        refers, around = trigger.refers(), self.around
        for name in refers.events:
            if name not in around.known.events:
                yield unknown("event", name, around.known.events)
        for name in refers.rules:
            if name not in around.rules:
                yield unknown("rule", name, around.rules)
        if around.bounds is not None:
            for name in refers.hooks:
                if name not in around.bounds.hooks:
                    yield unknown("hook", name, around.bounds.hooks)
        yield from self._wheres(trigger, here)

    def _wheres(self, trigger: TriggerModel, here: Here) -> Iterator[Problem]:
        if trigger.where is not None:
            yield from here.with_it(self._gives(trigger)).told(trigger.where)
        for part in trigger.parts():
            yield from self._wheres(part, here)
            if part.where is not None and not all(name.startswith("it.") for name in part.where.names):
                message = "a `where` inside `any` reads its match alone: what else must hold stands in `if`"
                yield problem_at(target_of(part.where.origin), "where-in-any", message)

    def _gives(self, trigger: TriggerModel) -> Fields:
        """None where an event is named that nobody knows: that is one mistake, not two."""
        events = self.around.known.events
        is_known = all(name in events for name in trigger.refers().events)
        return trigger.gives(self.around.known) if is_known else None

    def _steps(self, steps_: Steps, rule: RuleModel, here: Here) -> Iterator[Problem]:
        for step in steps_:
            yield from self._step(step, rule, here)
            for block in step.blocks():
                problems = self._steps(block, rule, here)
                yield from _called(problems, step) if step.verb == "call" else problems

    def _step(self, step: ActionModel, rule: RuleModel, here: Here) -> Iterator[Problem]:
        if step.verb == "countdown":
            here = here.adding(OF_A_COUNTDOWN)
        for value in own(step):
            if isinstance(value, TriggerModel):
                yield from self._trigger(value, here)
            else:
                yield from here.told(value)
        yield from _too_wide(step, rule)
        yield from self._wants(step, rule)

    def _wants(self, step: ActionModel, rule: RuleModel) -> Iterator[Problem]:
        wants, bounds = step.wants(), self.around.bounds
        yield from _of_several_lines(step, wants.commands)
        for command in wants.commands:
            if problem := choice_problem(command):
                place = target_of(command.origin)
                yield problem_at(place, "first-word", problem, found=f"`{command.source}`")
            elif bounds is not None:
                yield from _command(command, bounds)
        if bounds is None:
            return
        for name in wants.channels:
            if name not in bounds.channels:
                yield unknown("channel", name, bounds.channels)
            else:
                yield from _dropped(step, name, bounds.channels[name], rule)
        for what, names, known in (
            ("url", step.urls(), bounds.urls),
            ("program", step.programs(), bounds.programs),
        ):
            for name in names:
                if name not in known:
                    yield unknown(what, name, known)
        for signal in sorted(wants.signals):
            if not any(one.allows_signal(signal) for one in bounds.allow):
                message = f"rule `{rule.id}` may not do power `{signal}`: {NOWHERE_ALLOWED}"
                instead = f"allow: {{power: [{signal}, …]}}"
                yield problem_at(step.place, "not-allowed", message, suggestion=instead)

    def _muted(self, rule: RuleModel) -> Iterator[Problem]:
        assert rule.mutes is not None
        others = self.around.rules - {str(rule.id)}
        for glob in rule.mutes.rules:
            if glob.source == "*" and rule.by.by is By.SERVER:
                message = "`*` mutes the rules with a narrower `by`, and none is narrower than `server`"
                yield problem_at(target_of(rule.id), "mutes-nothing", message, severity="warning")
            if glob.source != "*" and not any(map(glob.covers, others)):
                message = f"`mutes` names `{glob.source}`, and no other rule has such an id"
                yield problem_at(target_of(rule.id), "mutes-nothing", message, severity="warning")


def walk(blocks: Iterable[Steps]) -> Iterator[ActionModel]:
    """All steps, those inside of others too."""
    return (step for step in action.walk(blocks) if isinstance(step, ActionModel))


def written(step: ActionModel) -> Iterator[Leaf]:
    """The expressions, texts and triggers of a step; those of the steps inside it not."""
    return own(step)


def blocks_of(rule: RuleModel) -> tuple[Steps, ...]:
    """Every list of actions of a rule."""
    then = (rule.breaker.then,) if rule.breaker is not None else ()
    return (rule.do, rule.on_clear, *(one.do for one in rule.escalate), *then)


def _called(problems: Iterable[Problem], call: ActionModel) -> Iterator[Problem]:
    """What is wrong in a macro for this call of it."""
    at = f" (called at {call.place.file}:{call.place.line})"
    for problem in problems:
        yield problem if "(called at " in problem.message else replace(problem, message=problem.message + at)


def _too_wide(step: ActionModel, rule: RuleModel) -> Iterator[Problem]:
    """One server's actions have no place where a rule looks at many."""
    if rule.by.by is By.SERVER or not step.needs_hand:
        return
    seen = "the whole fleet" if rule.by.by is By.FLEET else "a whole node"
    message = (
        f"`{step.verb}` acts on one server, and this rule looks at {seen}: let a second rule act, with"
        f" `when: {{rule: {rule.id}, is: open}}`"
    )
    yield problem_at(step.place, "too-wide", message)


def _of_several_lines(step: ActionModel, commands: Iterable[Template]) -> Iterator[Problem]:
    """What is typed at a console, and would be refused there at each run."""
    said = getattr(step, "say", None)
    for text in (*commands, *([said] if isinstance(said, Template) else [])):
        if any(isinstance(piece, str) and FORBIDDEN.search(piece) for piece in text.pieces):
            message = "what is typed at a console is one line, without control characters"
            yield problem_at(target_of(text.origin), "control-character", message)


def _command(command: Template, bounds: Bounds) -> Iterator[Problem]:
    for word in dict.fromkeys(typed_words(command)):
        if any(one.allows_word(word) for one in bounds.allow):
            continue
        message = f"a rule may not send `{word}`: {NOWHERE_ALLOWED}"
        instead = f"allow: {{send: [{word}, …]}}"
        yield problem_at(target_of(command.origin), "not-allowed", message, suggestion=instead)


def _unanchored(rule: RuleModel) -> Iterator[Problem]:
    """No pack knows every way in which players' words reach a console (rule-language 4.5)."""
    if not any(step.verb in ("power", "send") for step in walk(blocks_of(rule))):
        return
    triggers = (rule.when, *rule.when.parts()) if rule.when is not None else ()
    for pattern in (getattr(trigger, "console", None) for trigger in triggers):
        if pattern is not None and not pattern.source.startswith("^"):
            message = (
                "a pattern of a rule that acts begins with `^` and the machine's words: players can print"
                " the rest"
            )
            yield problem_at(
                target_of(pattern.origin), "unanchored", message, severity="warning",
                suggestion=f"'^{pattern.source}'",
            )  # fmt: skip


def _in_vain(rule: RuleModel) -> Iterator[Problem]:
    """Steps that are never reached."""
    inner = [block for step in walk(blocks_of(rule)) for block in step.blocks()]
    for block in (*blocks_of(rule), *inner):
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
