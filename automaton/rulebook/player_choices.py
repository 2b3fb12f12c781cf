"""Rules in which a player chooses what happens, and by which field of the match.

Warnings only. That somebody is greeted, answered, kicked or told of by the name that they have is what rules
are for, and is left alone; so is what a rule's author bound to certain players. What is left is what a player
could do at will: power actions, commands on others, arguments of programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from automaton.actions.if_ import If
from automaton.core.command_grammar import ArgumentKind
from automaton.core.console.places import CommandText
from automaton.core.pack import Pack
from automaton.core.rules.rule import Arm
from automaton.expr.expression import Expression
from automaton.expr.template import Template
from automaton.problem import Problem, problem_at
from automaton.rulebook.command_checks import KnownGames
from automaton.rulebook.model import RuleModel
from automaton.rulebook.rule_steps import blocks_of
from automaton.schema.kind_fields import Steps
from automaton.schema.kinds import ActionModel, TriggerModel
from automaton.schema.leaves import own_leaves
from automaton.schema.scalar import target_of

THEMSELVES = frozenset({"it.player", "it.account"})
"""Who did it: the game says so, and nobody chooses another's."""

_CHOSEN = frozenset({ArgumentKind.PLAYER, ArgumentKind.WORD, ArgumentKind.NUMBER})
_GUARD = 'a `where` that names who may, as `it.player in ["Eve"]`'


@dataclass(frozen=True, slots=True)
class _Sight:
    """How a player comes to a block of steps.

    `by` is the field by which. `is_guarded`: somebody said who that may be. `is_conditional`: something of
    ours must hold too, as `memory_pct > 95`, so that it is not whenever they like.
    """

    by: str
    is_guarded: bool
    is_conditional: bool


def player_choices(rules: Sequence[RuleModel], games: KnownGames) -> Iterator[Problem]:
    """Warnings about each rule that a player leads. One that is `off` is not looked at."""
    for rule in rules:
        by = _set_off_by(rule.when)
        if rule.arm is Arm.OFF or not by:
            continue
        conditions = _conditions(rule)
        is_a_vote = rule.count is not None and rule.distinct is not None
        sight = _Sight(by, is_a_vote or any(map(_names_somebody, conditions)), any(map(_is_ours, conditions)))
        for block in blocks_of(rule):
            yield from _of_steps(block, rule, sight, games.any_game)


def _set_off_by(trigger: TriggerModel | None) -> str:
    """By which field of its match a player sets a trigger off at will; empty where none can."""
    if trigger is None:
        return ""
    for part in (trigger, *trigger.parts()):
        if getattr(part, "from_", "") == "chat":
            return "it.line"
        names = part.refers().events
        if "chat" in names:
            return "it.text"
        if any(name.startswith("player.") for name in names):
            return "it.player"
    return ""


def _conditions(rule: RuleModel) -> list[object]:
    """What must hold before it opens."""
    parts = (rule.when, *rule.when.parts()) if rule.when is not None else ()
    return [rule.if_, *(part.where for part in parts)]


def _names_somebody(condition: object) -> bool:
    return isinstance(condition, Expression | Template) and not THEMSELVES.isdisjoint(condition.names)


def _is_ours(condition: object) -> bool:
    """Whether it reads something that no player says."""
    if not isinstance(condition, Expression | Template) or not condition.names:
        return False
    return not any(name.startswith("it.") for name in condition.names)


def _of_steps(block: Steps, rule: RuleModel, sight: _Sight, game: Pack) -> Iterator[Problem]:
    for step in block:
        inner = sight
        if isinstance(step, If):
            inner = _Sight(
                sight.by,
                sight.is_guarded or _names_somebody(step.if_),
                sight.is_conditional or _is_ours(step.if_),
            )
        if not sight.is_guarded:
            yield from _of_step(step, rule, sight, game)
        for more in step.blocks():
            yield from _of_steps(more, rule, inner, game)


def _of_step(step: ActionModel, rule: RuleModel, sight: _Sight, game: Pack) -> Iterator[Problem]:
    for signal in () if sight.is_conditional else sorted(step.wants().signals):
        message = (
            f"a player sets off power `{signal}` of rule `{rule.id}` by `{sight.by}`, whenever they like:"
            f" give it {_GUARD}, or `count` with `distinct` for a vote"
        )
        yield problem_at(step.place, "player-chooses", message, severity="warning")
        return
    for command in step.wants().commands:
        yield from _of_command(command, rule, game)
    # A request's body is JSON, and a message is text: values have no say in either.
    for text in own_leaves(step) if step.programs() else ():
        if isinstance(text, Template):
            for field in filter(None, (_chosen_by(one.expression) for one in text.expressions)):
                message = (
                    f"a player chooses by `{field}` an argument of the program in rule `{rule.id}`: give the"
                    f" rule {_GUARD}"
                )
                yield problem_at(target_of(text.origin), "player-chooses", message, severity="warning")


def _of_command(command: Template, rule: RuleModel, game: Pack) -> Iterator[Problem]:
    """A value that decides whom or what a command is for. What is only said decides nothing."""
    text = CommandText(command, game)
    for one, place in zip(command.expressions, text.places(), strict=True):
        field = _chosen_by(one.expression)
        if field and place.kinds & _CHOSEN:
            word = next((each.word for each in reversed(text.commands)), "")
            message = (
                f"a player chooses by `{field}` what `{word}` is for in rule `{rule.id}`: give the rule"
                f" {_GUARD}, or write `it.player`, which is who did it"
            )
            yield problem_at(target_of(command.origin), "player-chooses", message, severity="warning")
            return


def _chosen_by(value: Expression) -> str:
    """The field by which a player chooses a value; empty where it is ours, or who did it."""
    return next((name for name in sorted(value.names - THEMSELVES) if name.startswith("it.")), "")
