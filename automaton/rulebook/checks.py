"""What is wrong with a rule that no single key shows: names, kinds, references, authority.

Channels, hooks and limits are checked only where an automaton.yml is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from automaton.core.facts.kind import Fact, Kind
from automaton.core.facts.row import ServerFact, Teller
from automaton.core.facts.table import SERVER_FACTS
from automaton.core.key import By
from automaton.core.wings_events import TRUTHS
from automaton.expr.expression import Expression
from automaton.expr.known_names import KnownNames
from automaton.problem import FilePlace, Problem, problem_at
from automaton.rulebook.command_checks import KnownGames
from automaton.rulebook.critical_notices import with_critical_notices
from automaton.rulebook.model import RuleModel
from automaton.rulebook.references import unknown, unknown_packs, unknown_tags
from automaton.rulebook.rule_steps import blocks_of, walk
from automaton.rulebook.scopes import OF_A_COUNTDOWN, OF_A_FAILURE, ExpressionScope, Fields, RuleScopes
from automaton.rulebook.step_checks import Bounds, check_step
from automaton.rulebook.width import Width
from automaton.schema.anchors import MUST_BE_ANCHORED, anchored
from automaton.schema.definitions import Definitions
from automaton.schema.kind_fields import Steps
from automaton.schema.kinds import ActionModel, KnownEvents, TriggerModel
from automaton.schema.leaves import own_leaves
from automaton.schema.may_fail import MayFail
from automaton.schema.scalar import target_of
from automaton.schema.selector import ServerSelector
from automaton.schema.unread_step import UnreadStep

_GIVERS = (MayFail, UnreadStep)
"""Steps with an `else` that reads why they failed, or with something for those that follow. Of a wrong one
what was meant counts: that a later text reads it is no second mistake.
"""

_CALLED = " (called at "


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What all files together define. `rules` are the ids of all, `functions` what functions may name.

    `wrong` are the places of expressions and texts in which a mistake was found so far.
    """

    known: KnownEvents
    bounds: Bounds | None = None
    definitions: Definitions = field(default_factory=Definitions)
    rules: frozenset[str] = frozenset()
    functions: KnownNames = field(default_factory=KnownNames)
    wrong: set[FilePlace] = field(default_factory=set)

    @property
    def games(self) -> KnownGames:
        """How the games there are read commands."""
        return KnownGames(self.known.packs)


@dataclass(frozen=True, slots=True)
class RuleChecker:
    """Checks one rule. `groups` are those known in the file that has its `servers`."""

    around: RuleContext
    groups: Mapping[str, ServerSelector]

    def problems(self, rule: RuleModel) -> Iterator[Problem]:
        """Everything that is wrong with it, in no certain order."""
        if "by" in rule.lost:  # only what is wrong however wide it is meant to be
            wide = rule.model_copy(update={"by": Width(By.FLEET)})
            yield from set(self._problems(rule)) & set(self._problems(wide))
        else:
            yield from self._problems(rule)

    def _problems(self, rule: RuleModel) -> Iterator[Problem]:
        around = self.around
        truths = self._truths(rule.when) if rule.when is not None else frozenset[str]()
        functions = replace(around.functions, truths=truths)
        scopes = RuleScopes(rule.by.by, self._it(rule), functions, around.definitions, around.wrong)
        if rule.servers is not None:
            yield from self._groups(rule.servers)
            yield from unknown_packs(rule.servers, self.around.known.packs)
            # Who has no tags yet looks at rules that ship, and gives those that they want later.
            if self.around.bounds is not None and self.around.bounds.tags:
                yield from unknown_tags(rule.servers, self.around.bounds.tags)
        yield from self._keys(rule, scopes)
        for steps_, here in self._blocks(rule, scopes):
            yield from self._steps(steps_, rule, here)
        if rule.mutes is not None:
            yield from self._muted(rule)
        yield from _unanchored(rule)
        yield from _unreachable(rule)

    def _it(self, rule: RuleModel) -> Fields:
        if rule.when is None:
            return None if "when" in rule.lost or rule.while_ is None else frozenset()
        return self._gives(rule.when)

    def _keys(self, rule: RuleModel, scopes: RuleScopes) -> Iterator[Problem]:
        """The triggers and expressions outside its steps."""
        before, is_open = scopes.before(), scopes.while_open()
        for trigger in (rule.when, rule.unless):
            if trigger is not None:
                yield from self._trigger(trigger, before)
        if rule.while_ is not None:
            yield from before.with_it(frozenset()).check(rule.while_)
        if rule.if_ is not None:
            yield from before.check(rule.if_)
        for value in (*rule.by.values, rule.distinct, rule.first):
            if value is not None:
                yield from before.check(value, Kind.ANY)
        if isinstance(rule.until, TriggerModel):
            yield from self._trigger(rule.until, before)
        elif isinstance(rule.until, Expression):
            yield from is_open.check(rule.until)
        for escalation in rule.escalate:
            if escalation.unless is not None:
                yield from is_open.check(escalation.unless)

    def _blocks(self, rule: RuleModel, scopes: RuleScopes) -> Iterator[tuple[Steps, ExpressionScope]]:
        is_open = scopes.while_open()
        yield rule.do, is_open
        yield rule.on_clear, is_open
        for escalation in rule.escalate:
            yield with_critical_notices(escalation.do), is_open
        if rule.breaker is not None:
            yield with_critical_notices(rule.breaker.then), scopes.when_tripped()

    def _groups(self, selector: ServerSelector) -> Iterator[Problem]:
        for name in sorted(selector.groups_named):
            if name not in self.groups:
                yield self._no_group(name)

    def _no_group(self, name: str) -> Problem:
        """A bare word in `servers` is a group: a name, a pack or everybody may have been meant."""
        found = unknown("group", name, self.groups)
        if found.suggestion:
            return found
        message = f"{found.message}: a word by itself in `servers` is a group of `groups`"
        if name in ("*", "all", "any", "everything"):
            return replace(found, message=f"{message}, and all servers are meant without `servers`")
        key = "pack" if name in self.around.known.packs else "name"
        return replace(found, message=message, expected="", suggestion=f"{{{key}: {name}}}")

    def _trigger(self, trigger: TriggerModel, here: ExpressionScope) -> Iterator[Problem]:
        refers, around = trigger.refers(), self.around
        for name in refers.events:
            if name not in around.known.events:
                yield unknown("event", name, around.known.events)
        for name in refers.rules:
            if name not in around.rules:
                yield unknown("rule", name, around.rules)
        for name in refers.facts:
            yield from _watched(name, {**SERVER_FACTS, **around.definitions.own_facts})
        if around.bounds is not None:
            for name in refers.hooks:
                if name not in around.bounds.hooks:
                    yield unknown("hook", name, around.bounds.hooks)
        yield from self._wheres(trigger, here)

    def _wheres(self, trigger: TriggerModel, here: ExpressionScope) -> Iterator[Problem]:
        if trigger.where is not None:
            yield from here.with_it(self._gives(trigger), self._truths(trigger)).check(trigger.where)
        for part in trigger.parts():
            yield from self._wheres(part, here)
            if part.where is not None and not all(name.startswith("it.") for name in part.where.names):
                message = "a `where` inside `any` reads its match alone: what else must hold stands in `if`"
                yield problem_at(target_of(part.where.origin), "where-in-any", message)

    def _gives(self, trigger: TriggerModel) -> Fields:
        """None where one of its events is unknown: that is reported already, its fields are not."""
        events = self.around.known.events
        named = trigger.refers().events
        is_known = (trigger.is_whole or not trigger.parts()) and all(name in events for name in named)
        return trigger.gives(self.around.known) if is_known else None

    def _truths(self, trigger: TriggerModel) -> frozenset[str]:
        """The fields of its match that are true or false, whichever of its events it was."""
        true_or_false, others = frozenset[str](), frozenset[str]()
        for part in trigger.parts() or (trigger,):
            named = [TRUTHS.get(name, frozenset()) for name in part.refers().events]
            here = frozenset[str]().union(*named)
            true_or_false |= here
            others |= (part.gives(self.around.known) or frozenset()) - here
        return true_or_false - others

    def _steps(self, steps_: Steps, rule: RuleModel, here: ExpressionScope) -> Iterator[Problem]:
        for step in steps_:
            yield from self._step(step, rule, here)
            inside = here.adding((*OF_A_FAILURE, *step.gives)) if isinstance(step, _GIVERS) else here
            for block in step.blocks():
                problems = self._steps(block, rule, inside)
                yield from _called(problems, step) if step.verb == "call" else problems
            here = here.adding(_given_by(step))

    def _step(self, step: ActionModel, rule: RuleModel, here: ExpressionScope) -> Iterator[Problem]:
        if step.verb == "countdown":
            here = here.adding(OF_A_COUNTDOWN)
        for value in own_leaves(step):
            if isinstance(value, TriggerModel):
                yield from self._trigger(value, here)
            else:
                yield from here.check(value)
        yield from check_step(step, rule, self.around.bounds, self.around.games)

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


def _given_by(step: ActionModel) -> frozenset[str]:
    """What a step, and those inside it, may have given to those that follow."""
    own = step.gives if isinstance(step, _GIVERS) else frozenset[str]()
    return own.union(*(_given_by(inner) for block in step.blocks() for inner in block))


def _watched(name: str, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    """What is wrong with a fact whose changes a trigger listens to."""
    fact = facts.get(str(name))
    if fact is None:
        yield unknown("fact", name, facts)
    elif fact.grows or fact.name == "uptime":
        message = f"`{name}` grows all the time: write what it is compared with, in `while`"
        yield problem_at(target_of(name), "in-vain", message, suggestion=f"while: {name} > 5m")
    elif isinstance(fact, ServerFact) and fact.teller is Teller.STATS and fact.name != "memory_limit":
        message = f"`{name}` changes with nearly every reading: write what it is compared with, in `while`"
        yield problem_at(target_of(name), "in-vain", message, severity="warning")


def _called(problems: Iterable[Problem], call: ActionModel) -> Iterator[Problem]:
    """Problems inside a macro, with the place of this call added."""
    at = f"{_CALLED}{call.place.file}:{call.place.line})"
    for problem in problems:
        yield problem if _CALLED in problem.message else replace(problem, message=problem.message + at)


def each_once(problems: Iterable[Problem]) -> list[Problem]:
    """Of a mistake in a macro the first call alone: it is one mistake, however many rules call it."""
    found: dict[Problem, Problem] = {}
    for problem in problems:
        of_any_call = replace(problem, message=problem.message.partition(_CALLED)[0], expected="")
        found.setdefault(of_any_call, problem)
    return list(found.values())


def _unanchored(rule: RuleModel) -> Iterator[Problem]:
    """No pack knows every way in which players' words reach a console (rule-language 4.5)."""
    if not any(step.wants().acts for step in walk(blocks_of(rule))):
        return
    triggers = (rule.when, *rule.when.parts()) if rule.when is not None else ()
    for pattern in (getattr(trigger, "console", None) for trigger in triggers):
        if pattern is not None and (cure := anchored(pattern.source)):
            message = f"this rule acts, so {MUST_BE_ANCHORED}"
            yield problem_at(
                target_of(pattern.origin), "unanchored", message, severity="warning", suggestion=cure
            )


def _unreachable(rule: RuleModel) -> Iterator[Problem]:
    """Steps behind an `end`."""
    inner = [block for step in walk(blocks_of(rule)) for block in step.blocks()]
    for block in (*blocks_of(rule), *inner):
        for before, step in pairwise(block):
            if before.verb == "end":
                yield problem_at(
                    step.place, "in-vain", "this is never reached: `end` comes before it", severity="warning"
                )
