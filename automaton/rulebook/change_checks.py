"""What is wrong with steps that change a server itself: not allowed anywhere, or undone by its game."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from automaton.core.calls import Signal
from automaton.core.gates.limits import Allowance
from automaton.expr.expression import Expression
from automaton.expr.template import Template
from automaton.problem import Problem, problem_at
from automaton.rulebook.model import RuleModel
from automaton.schema.kind_fields import Steps
from automaton.schema.kinds import ActionModel, TriggerModel
from automaton.schema.leaves import own_leaves
from automaton.schema.scalar import target_of

_NOWHERE_ALLOWED = "`limits.allow` in automaton.yml names it for no server"
_DOWN = frozenset({Signal.STOP, Signal.KILL})
_UP = frozenset({Signal.START, Signal.RESTART})


def not_allowed_to_change(
    step: ActionModel, rule: RuleModel, allow: Sequence[Allowance]
) -> Iterator[Problem]:
    """Paths, variables and a reinstall that rules may use on no server."""
    wants = step.wants()
    for path in wants.paths:
        for text, shown in judged_paths(path, unpacks=wants.unpacks):
            if not any(one.allows_path(text) for one in allow):
                message = f"rule `{rule.id}` may not change the files `{shown}`: {_NOWHERE_ALLOWED}"
                instead = f'allow: {{files: ["{shown}"]}}'
                yield problem_at(target_of(path.origin), "not-allowed", message, suggestion=instead)
    for name in wants.variables:
        if not any(one.allows_variable(name) for one in allow):
            message = f"rule `{rule.id}` may not set the variable `{name}`: {_NOWHERE_ALLOWED}"
            yield problem_at(
                target_of(name), "not-allowed", message, suggestion=f"allow: {{startup: [{name}]}}"
            )
    if wants.reinstalls and not any(one.allows_reinstall() for one in allow):
        message = f"rule `{rule.id}` may not do `reinstall`: {_NOWHERE_ALLOWED}"
        yield problem_at(step.place, "not-allowed", message, suggestion="allow: {power: [reinstall]}")


def judged_paths(path: Template, *, unpacks: bool) -> Iterator[tuple[str, str]]:
    """A path as it is judged and as it is shown; where a value stands, only what surely does not fit counts.

    What is unpacked may come to be anything in the folder.
    """
    if len(path.expressions) == 0:
        yield path.source, path.source
    if unpacks and "${" not in (folder := path.source.rpartition("/")[0]):
        beside = f"{folder}/*".lstrip("/")
        yield beside, beside


def while_it_runs(rule: RuleModel, blocks: Sequence[Steps]) -> Iterator[Problem]:
    """Files that are changed though nothing in the rule says that the game is down: it writes them itself."""
    if _reads_state(rule):
        return
    for block in blocks:
        yield from _in_block(block, is_down=False)


def _in_block(block: Steps, *, is_down: bool) -> Iterator[Problem]:
    for step in block:
        wants = step.wants()
        if wants.paths and not is_down:
            message = (
                "nothing says that the server is down by now, and a game that runs writes its files itself:"
                ' put `{power: stop}` before it, or `if: state == "offline"`'
            )
            yield problem_at(step.place, "while-it-runs", message, severity="warning")
            return
        knows = _knows_state(step)
        for inner in step.blocks():
            yield from _in_block(inner, is_down=is_down or knows)
        is_down = (
            is_down or bool(wants.signals & _DOWN) or knows or _stops(step)
        ) and not wants.signals & _UP


def _stops(step: ActionModel) -> bool:
    """Whether a macro or an `if` that was gone through takes the server down."""
    return any(bool(one.wants().signals & _DOWN) or _stops(one) for block in step.blocks() for one in block)


def _knows_state(step: ActionModel) -> bool:
    """Whether a step asks for the state, or waits for it. An installation ends with the server down."""
    return step.wants().reinstalls or any(_is_of_the_state(one) for one in own_leaves(step))


def _reads_state(rule: RuleModel) -> bool:
    values = (rule.when, rule.while_, rule.if_)
    parts = (one for value in values if value is not None for one in own_leaves(value))
    return any(_is_of_the_state(one) for one in parts)


def _is_of_the_state(leaf: object) -> bool:
    match leaf:
        case Expression() as expression:
            return "state" in expression.names
        case TriggerModel() as trigger:
            wheres = [trigger.where] if trigger.where is not None else []
            parts = trigger.parts()
            return (
                hasattr(trigger, "state")
                or any("state" in one.names for one in wheres)
                or (bool(parts) and all(map(_is_of_the_state, parts)))
            )
    return False
