"""Rules in which a player chooses what happens, and by which field of the match.

Warnings only. That somebody is greeted, answered, kicked or told of by the name that they have is what rules
are for, and is left alone; so is what a rule's author bound to certain players. What is left is what a player
could do at will: power actions, commands on others, arguments of programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from automaton.actions.if_ import If
from automaton.checkpoint import with_checkpoints
from automaton.core.arm import Arm
from automaton.core.command_grammar import ArgumentKind
from automaton.core.console.command import misplaced
from automaton.core.console.places import CommandText
from automaton.core.events import OF_PEOPLE
from automaton.expr.expression import Expression
from automaton.expr.template import Template
from automaton.problem import Problem, problem_at
from automaton.rulebook.command_checks import KnownGames
from automaton.rulebook.model import RuleModel
from automaton.rulebook.player_guards import THEMSELVES, brought_about, is_of_players, is_ours, names_somebody
from automaton.rulebook.rule_steps import blocks_of
from automaton.schema.kind_fields import Steps
from automaton.schema.kinds import ActionModel, TriggerModel
from automaton.schema.leaves import own_leaves
from automaton.schema.scalar import target_of

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
    led = _Led({str(rule.id): rule for rule in rules})
    for rule in with_checkpoints(rules):
        sight = led.sight(rule)
        if sight is None:
            continue
        for block in blocks_of(rule):
            yield from _of_steps(block, rule, sight, led, games)


class _Led:
    """How players come to rules, also by other rules."""

    __slots__ = ("_known", "rules")

    def __init__(self, rules: Mapping[str, RuleModel]) -> None:
        self.rules = rules
        self._known: dict[str, _Sight | None] = {}

    def is_led(self, rule: str) -> bool:
        """Whether a player sets a rule off at will."""
        found = self.sight(self.rules[rule]) if rule in self.rules else None
        return found is not None and not (found.is_guarded or found.is_conditional)

    def sight(self, rule: RuleModel) -> _Sight | None:
        """How a player comes to a rule, by the way on which least is in between; None where none does.

        One of which a key is not known is taken for guarded: that key may be its guard.
        """
        if rule.id not in self._known:
            self._known[rule.id] = None  # while it is asked for: rules may look at each other in a ring
            is_a_vote = rule.count is not None and rule.distinct is not None
            ways = self._ways(rule) if rule.arm is not Arm.OFF else ()
            found = [
                self._bound(way, [rule.while_, rule.if_], is_a_vote or not rule.is_whole) for way in ways
            ]
            self._known[rule.id] = min(
                found, key=lambda one: (one.is_guarded, one.is_conditional), default=None
            )
        return self._known[rule.id]

    def _ways(self, rule: RuleModel) -> Iterator[_Sight]:
        if rule.when is not None:
            for part in rule.when.parts() or (rule.when,):
                for way in self._of_trigger(part):
                    yield self._bound(way, [rule.when.where, part.where], False)
        if rule.while_ is not None:
            for what, name in brought_about(rule.while_.tree):
                if what == "rule":
                    yield from self._of_rule(name)
                elif is_of_players(name):
                    yield _Sight("it.text" if name in OF_PEOPLE else "it.player", False, False)

    def _of_trigger(self, trigger: TriggerModel) -> Iterator[_Sight]:
        if by := _set_off_by(trigger):
            yield _Sight(by, False, False)
        for name in trigger.refers().rules:
            yield from self._of_rule(name)

    def _of_rule(self, name: str) -> Iterator[_Sight]:
        found = self.sight(self.rules[name]) if name in self.rules else None
        if found is not None:
            yield found

    def _bound(self, way: _Sight, conditions: Iterable[Expression | None], is_guarded: bool) -> _Sight:
        """The way with what must hold on it besides."""
        trees = [condition.tree for condition in conditions if condition is not None]
        return _Sight(
            way.by,
            way.is_guarded or is_guarded or any(names_somebody(tree) for tree in trees),
            way.is_conditional or any(is_ours(tree, self.is_led) for tree in trees),
        )

    def inside(self, step: If, sight: _Sight) -> Iterator[tuple[Steps, _Sight]]:
        """Both blocks of an `if`: the second is where it does not hold, which is most of the time."""
        yield step.do, self._bound(sight, [step.if_], False)
        yield (
            step.else_,
            replace(sight, is_guarded=sight.is_guarded or names_somebody(step.if_.tree, holds=False)),
        )


def _set_off_by(trigger: TriggerModel) -> str:
    """By which field of its match a player sets a trigger off at will; empty where none can."""
    if getattr(trigger, "from_", "") in OF_PEOPLE:
        return "it.line"
    names = trigger.refers().events
    if any(name in OF_PEOPLE for name in names):
        return "it.text"
    return "it.player" if any(map(is_of_players, names)) else ""


def _of_steps(
    block: Steps, rule: RuleModel, sight: _Sight, led: _Led, games: KnownGames
) -> Iterator[Problem]:
    for step in block:
        if not sight.is_guarded:
            yield from _of_step(step, rule, sight, games)
        if not step.is_whole:  # what guards the steps in it may be what could not be read
            continue
        inside = (
            led.inside(step, sight) if isinstance(step, If) else ((more, sight) for more in step.blocks())
        )
        for more, inner in inside:
            yield from _of_steps(more, rule, inner, led, games)


def _of_step(step: ActionModel, rule: RuleModel, sight: _Sight, games: KnownGames) -> Iterator[Problem]:
    for deed in () if sight.is_conditional else _deeds(step):
        message = (
            f"a player sets off {deed} of rule `{rule.id}` by `{sight.by}`, whenever they like:"
            f" give it {_GUARD}, or `count` with `distinct` for a vote"
        )
        yield problem_at(step.place, "player-chooses", message, severity="warning")
        return
    for command in step.wants().commands:
        yield from _of_command(command, rule, games)
    # A request's body is JSON, and a message is text: values have no say in either.
    for text in own_leaves(step) if step.programs() else ():
        if isinstance(text, Template):
            for field in filter(None, (_chosen_by(one.expression) for one in text.expressions)):
                message = (
                    f"a player chooses by `{field}` an argument of the program in rule `{rule.id}`: give the"
                    f" rule {_GUARD}"
                )
                yield problem_at(target_of(text.origin), "player-chooses", message, severity="warning")


def _deeds(step: ActionModel) -> list[str]:
    """What a step does to the server that people who play on it must not set off at will."""
    wants = step.wants()
    return [f"power `{one}`" for one in sorted(wants.signals)] + [f"`{step.verb}`"] * wants.changes_server


def _of_command(command: Template, rule: RuleModel, games: KnownGames) -> Iterator[Problem]:
    """A value that decides whom or what a command is for, in a game that takes it. What is said does not."""
    for pack in games.judges(command, rule.servers):
        if misplaced(command, pack) is not None:
            continue
        text = CommandText(command, pack)
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
