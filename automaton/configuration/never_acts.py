"""Steps that none of a rule's games can do, and events that none of them tells. Pure.

A rule for many games is right where one of them can: there a `save` is skipped where the game has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from automaton.checkpoint import with_checkpoints
from automaton.configuration.pack_commands import is_silent, lines_of, own_games
from automaton.core.arm import Arm
from automaton.core.pack import Pack
from automaton.core.rules.action import walk
from automaton.core.rules.rule import Rule
from automaton.core.wings_events import WINGS_EVENTS
from automaton.did_you_mean import listed
from automaton.problem import Problem, problem_at
from automaton.schema.kinds import ActionModel
from automaton.schema.leaves import all_leaves
from automaton.schema.scalar import target_of
from automaton.triggers.event import EventTrigger

BY_PACK = ("say", "countdown", "save", "probe")
"""The actions that are done by the words of the server's pack."""


def never_acts(rules: Iterable[Rule], packs: Mapping[str, Pack], *, asks: bool = False) -> Iterator[Problem]:
    """Warnings for all rules, as far as their `servers` say which games they are for.

    `asks` says that automaton.yml has games asked over the network whose packs know nothing of it.
    """
    for rule in with_checkpoints(rules):
        if rule.arm is not Arm.OFF and (games := own_games(rule, packs)):
            yield from of_rule(rule, games, asks=asks)


def of_rule(rule: Rule, games: Sequence[Pack], where: str = "", *, asks: bool = False) -> Iterator[Problem]:
    """Warnings for one rule on servers of these games; `where` names the servers, if they were seen."""
    where = f" on {where}" if where else ""
    for step in walk(rule.steps()):
        if isinstance(step, ActionModel) and not any(_can(step, game, asks=asks) for game in games):
            verb = "say" if step.verb == "countdown" else step.verb
            message = (
                f"rule `{rule.id}` can never `{verb}`{where}: {_packs_named(games)} has no `{verb}`, so this"
                " does nothing"
            )
            yield problem_at(step.place, "cannot-do", message, severity="warning")
    for leaf in all_leaves((rule.when, rule.until_trigger, rule.unless, *rule.steps())):
        if isinstance(leaf, EventTrigger) and not _comes(leaf, games):
            message = (
                f"rule `{rule.id}` waits for what never comes{where}: {_packs_named(games)} has no event"
                f" {listed(leaf.event)}"
            )
            theirs = listed({name for game in games for name in game.events})
            yield problem_at(
                target_of(leaf.event[0]), "never-comes", message, severity="warning", expected=theirs
            )


def _packs_named(games: Sequence[Pack]) -> str:
    return f"the pack {listed(game.name for game in games)}"


def _comes(trigger: EventTrigger, games: Sequence[Pack]) -> bool:
    return any(name in WINGS_EVENTS or any(name in game.events for game in games) for name in trigger.event)


def _can(step: ActionModel, game: Pack, *, asks: bool) -> bool:
    if step.verb not in BY_PACK or is_silent(step) or lines_of(game, step.verb):
        return True
    return step.verb == "probe" and (asks or game.query is not None)
