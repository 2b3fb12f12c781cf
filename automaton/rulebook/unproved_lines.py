"""Rules that act on lines of a pack that nobody saw printed: known from a wiki, an egg or a template alone.

Told where the rule names the pack. Which servers have it otherwise, `check --online` sees.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from automaton.checkpoint import with_checkpoints
from automaton.core.arm import Arm
from automaton.core.pack import Pack
from automaton.core.polling.polls import PLAYERS
from automaton.core.rules.action import walk
from automaton.core.rules.rule import Rule
from automaton.expr.expression import Expression
from automaton.problem import FilePlace, Problem, problem_at
from automaton.schema.kinds import ActionModel, KnownEvents, TriggerModel
from automaton.schema.leaves import all_leaves
from automaton.schema.scalar import Scalar
from automaton.schema.selector import ScopedSelector


def unproved_lines(rules: Sequence[Rule], known: KnownEvents, own: Container[str]) -> Iterator[Problem]:
    """A warning for each rule and each pack that it names. A rule that is `off` is not looked at.

    `own` are the facts of rule files, which go before those of packs.
    """
    documented = [name for name, console in known.consoles.items() if not console.is_proved]
    for rule in with_checkpoints(rules):
        for pack in documented if rule.arm is not Arm.OFF else ():
            if names_pack(rule, pack) and (lines := rests_on(rule, known.packs[pack], own)):
                yield told(rule, pack, lines, "")


def names_pack(rule: Rule, pack: str) -> bool:
    """Whether the rule's `servers` name this pack, alone or among others."""
    return isinstance(rule.servers, ScopedSelector) and rule.servers.names_pack(pack)


def rests_on(rule: Rule, pack: Pack, own: Container[str]) -> dict[str, FilePlace]:
    """What of a pack's lines a rule that acts rests on, with its place; empty for a rule that acts not."""
    steps = [step for step in walk(rule.steps()) if isinstance(step, ActionModel)]
    if not any(step.wants().acts for step in steps):
        return {}
    found: dict[str, FilePlace] = {}
    for leaf in all_leaves((rule.when, rule.until_trigger, rule.unless, *rule.steps())):
        if isinstance(leaf, TriggerModel):
            for name in leaf.refers().events:
                if name in pack.events:
                    found.setdefault(f"`{name}`", leaf.place)
    place = rule_place(rule)
    asked = {one.name for one in rule.applied} & {*pack.events, *pack.patterns}
    facts = {name for name in rule.names & {PLAYERS, *pack.facts} if name not in own}
    for name in sorted(asked | facts):
        found.setdefault(f"`{name}`", place)
    for step in steps:
        if step.verb == "probe" and pack.probe is not None:
            found.setdefault("the answer to `probe`", step.place)
    return found


def told(rule: Rule, pack: str, lines: dict[str, FilePlace], where: str) -> Problem:
    """The warning. `where` names servers, and is empty where the rule itself names the pack."""
    message = (
        f"rule `{rule.id}` acts on {', '.join(lines)} of the pack `{pack}`{where}, whose lines are known from"
        " documentation alone (`proof: documentation`): see them printed once, in shadow or by `automaton"
        f" regex LOG {pack}`, before it is live"
    )
    return problem_at(next(iter(lines.values())), "unproved", message, severity="warning")


def rule_place(rule: Rule) -> FilePlace:
    """The place of a rule: its trigger, its expression, or its first step."""
    if isinstance(rule.when, TriggerModel):
        return rule.when.place
    if isinstance(rule.holds, Expression) and isinstance(rule.holds.origin, Scalar):
        return rule.holds.origin.place
    steps = (step.place for step in walk(rule.steps()) if isinstance(step, ActionModel))
    return next(steps, FilePlace("-"))
