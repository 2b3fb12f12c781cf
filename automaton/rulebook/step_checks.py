"""What is wrong with a step: what it types, names, and may not do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from automaton.core.calls import Call, SetPower, Severity
from automaton.core.console.command import FORBIDDEN
from automaton.core.console.places import CommandText
from automaton.core.gates.limits import Allowance
from automaton.core.key import By
from automaton.core.pack import Pack
from automaton.expr.template import Template
from automaton.problem import Problem, problem_at
from automaton.rulebook.change_checks import not_allowed_to_change
from automaton.rulebook.command_checks import KnownGames
from automaton.rulebook.model import RuleModel
from automaton.rulebook.references import unknown
from automaton.rulebook.rule_steps import blocks_of, walk
from automaton.schema.kinds import ActionModel
from automaton.schema.next_of import NextOf
from automaton.schema.readers import line_break_problem
from automaton.schema.scalar import Scalar, target_of

_NOWHERE_ALLOWED = "`limits.allow` in automaton.yml names it for no server"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What automaton.yml says: the least severity of each channel, what rules may do, and what it names."""

    channels: Mapping[str, Severity]
    allow: tuple[Allowance, ...]
    hooks: Collection[str] = ()
    urls: Collection[str] = ()
    programs: Collection[str] = ()
    tags: Collection[str] = ()


def check_step(
    step: ActionModel, rule: RuleModel, bounds: Bounds | None, games: KnownGames
) -> Iterator[Problem]:
    """What is wrong with one step, those inside it aside. `bounds` is None without an automaton.yml."""
    wants = step.wants()
    yield from _too_wide(step, rule)
    yield from _control_characters(step, wants.commands)
    for command in wants.commands:
        found = list(games.misplaced(command, rule.servers))
        yield from found
        if bounds is not None and not found:
            yield from not_allowed(command, bounds, games.judges(command, rule.servers))
    if bounds is not None:
        yield from _beyond_bounds(step, rule, bounds, games.any_game)


def _beyond_bounds(step: ActionModel, rule: RuleModel, bounds: Bounds, game: Pack) -> Iterator[Problem]:
    """What automaton.yml does not name, or does not let a rule do."""
    wants = step.wants()
    for name in wants.channels:
        if name not in bounds.channels:
            yield unknown("channel", name, bounds.channels)
        elif step.is_whole and "severity" not in rule.lost:
            yield from _dropped(step, name, bounds.channels[name], rule)
    for what, names, known in (
        ("url", step.urls(), bounds.urls),
        ("program", step.programs(), bounds.programs),
    ):
        for name in names:
            if name not in known:
                yield unknown(what, name, known)
    for signal in sorted(wants.signals):
        if not _is_allowed(SetPower(server="", signal=signal), bounds, game):
            message = f"rule `{rule.id}` may not do power `{signal}`: {_NOWHERE_ALLOWED}"
            instead = f"allow: {{power: [{signal}]}}"
            yield problem_at(step.place, "not-allowed", message, suggestion=instead)
    yield from not_allowed_to_change(step, rule, bounds.allow)


def _too_wide(step: ActionModel, rule: RuleModel) -> Iterator[Problem]:
    """An action on one server cannot be in a rule that looks at many."""
    if rule.by.by is By.SERVER or not step.needs_lock:
        return
    is_fleet = rule.by.by is By.FLEET
    seen, where = ("the whole fleet", "all servers") if is_fleet else ("a whole node", "the node's servers")
    moved = f"`{step.verb}` and the `cooldown`" if rule.cooldown else f"`{step.verb}`"
    message = (
        f"`{step.verb}` acts on one server, and this rule looks at {seen}: move {moved} to a second rule"
        f" with `when: {{rule: {rule.id}, is: open}}`. That one acts on each of {where} which its own"
        " `servers` chooses, and this one may stay without `do`"
    )
    yield problem_at(step.place, "too-wide", message)


def _control_characters(step: ActionModel, commands: Iterable[Template]) -> Iterator[Problem]:
    """A text that core/console/command.py would refuse at each run."""
    said = getattr(step, "say", None)
    texts = said.next if isinstance(said, NextOf) else [said] if isinstance(said, Template) else []
    for text in (*commands, *texts):
        if any(isinstance(piece, str) and FORBIDDEN.search(piece) for piece in text.pieces):
            origin = text.origin
            if isinstance(origin, Scalar) and origin.ends_with_a_line_break:
                yield line_break_problem(origin).at(origin.place)
            else:
                message = "what is typed at a console is one line, without control characters"
                yield problem_at(target_of(origin), "control-character", message)


def not_allowed(command: Template, bounds: Bounds, judges: Iterable[Pack]) -> Iterator[Problem]:
    """What is allowed on no server in any of these games, as the first reads it."""
    found = [_lacking(CommandText(command, pack), bounds, pack) for pack in judges]
    for word, lacking in found[0].items() if all(found) else ():
        other = next((text.partition(" other")[2] for text in lacking if " other" in text), "")
        message = f"a rule may not send `{word}`{' other' + other if other else ''}: {_NOWHERE_ALLOWED}"
        instead = f"allow: {{send: [{word}]}}"
        yield problem_at(target_of(command.origin), "not-allowed", message, suggestion=instead)


def _lacking(text: CommandText, bounds: Bounds, pack: Pack) -> dict[str, list[str]]:
    """The commands that no entry of `allow` allows, each with what every entry says of it."""
    line = "".join(text.texts)
    told = {
        one.word: [allowed.lacks(line, one, pack) for allowed in bounds.allow]
        for one in reversed(text.commands)
    }
    return {word: lacking for word, lacking in reversed(told.items()) if "" not in lacking}


def _is_allowed(call: Call, bounds: Bounds, game: Pack) -> bool:
    """Whether it is allowed on some server: the call says so itself, as the gate will (gates/pipeline.py)."""
    return any(not call.not_allowed(one, game) for one in bounds.allow)


def _dropped(step: ActionModel, channel: str, least: Severity, rule: RuleModel) -> Iterator[Problem]:
    severity = _severity(step, rule)
    if severity.rank < least.rank and not _is_end_of_what_is_told(step, channel, least, rule):
        message = f"never sent: it is `{severity}`, and channel `{channel}` takes `{least}` and above"
        yield problem_at(
            step.place, "never-sent", message, severity="warning", suggestion=f"severity: {least}"
        )


def _severity(step: ActionModel, rule: RuleModel) -> Severity:
    severity: Severity = getattr(step, "severity", None) or rule.severity
    return severity


def _is_end_of_what_is_told(step: ActionModel, channel: str, least: Severity, rule: RuleModel) -> bool:
    """An end goes where its opening went, however loud: it is enough that something before it is."""
    ends = list(walk([rule.on_clear]))
    before = [one for one in walk(blocks_of(rule)) if all(one.place != end.place for end in ends)]
    return any(step.place == end.place for end in ends) and any(
        channel in one.wants().channels and _severity(one, rule).rank >= least.rank for one in before
    )
