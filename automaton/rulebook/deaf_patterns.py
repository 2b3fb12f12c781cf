"""Patterns of `console:` that hear nothing, because what they look for is no output of the game and no chat.

A pack tells players' commands (`command`) and what operators are answered (`admin`) from both. Only what is
certain is told: the pattern, or a line made from it, is shown to the packs of the rule's servers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from automaton.core.events import Source
from automaton.core.rules.rule import Arm
from automaton.match.pattern import Pattern
from automaton.match.sample import sample_of
from automaton.problem import Problem, problem_at
from automaton.rulebook.anchors import anchored
from automaton.rulebook.command_checks import may_cover
from automaton.rulebook.model import RuleModel
from automaton.schema.known_console import KnownConsole
from automaton.schema.leaves import all_leaves
from automaton.schema.scalar import target_of
from automaton.triggers.console import ConsoleTrigger

_MEANS = {
    Source.COMMAND: "a player's command as the game logs it",
    Source.ADMIN: "what an operator's command answered",
}
_NEUTRAL = "zzz"
_BEFORE = ("", "Eve ")
_BEHIND = ("", "x", "x]", "]", ": /x", "/x")
"""What is put around a text to make a line of it. What that is must hang on the text, and not on these."""


def deaf_patterns(rules: Sequence[RuleModel], consoles: Mapping[str, KnownConsole]) -> Iterator[Problem]:
    """A warning for each, with the `from` to write. A rule that is `off` is not looked at."""
    telling = {name: one for name, one in consoles.items() if one.tells_people}
    for rule in rules:
        if rule.arm is Arm.OFF or "arm" in rule.lost:
            continue
        for trigger in all_leaves(rule):
            if isinstance(trigger, ConsoleTrigger) and trigger.from_ in (Source.GAME, Source.CHAT):
                yield from _deaf(trigger, rule, telling)


def _deaf(
    trigger: ConsoleTrigger, rule: RuleModel, consoles: Mapping[str, KnownConsole]
) -> Iterator[Problem]:
    found: dict[Source, list[str]] = {}
    for name, console in consoles.items():
        if rule.servers is None or may_cover(rule.servers, name):
            is_said = _said_by(trigger.console, Source(trigger.from_), console)
            if is_said is not None:
                found.setdefault(is_said, []).append(name)
    for source, packs in found.items():
        games = ", ".join(f"`{pack}`" for pack in packs)
        message = (
            f"on servers with the pack {games} this hears nothing `from: {trigger.from_}`: what it looks for"
            f" is {_MEANS[source]}"
        )
        yield problem_at(
            target_of(trigger.console.origin), "deaf-pattern", message, severity="warning",
            suggestion=f"from: {source}",
        )  # fmt: skip


def _said_by(pattern: Pattern, wanted: Source, console: KnownConsole) -> Source | None:
    """Whose words the pattern finds, where they are neither wanted nor anything that is; else None."""
    is_anchored = not anchored(pattern.source)
    heard = [console.hear(line) for line in console.examples]
    found = [one.source for one in heard if pattern.find(one.text) is not None]
    if wanted in found:
        return None
    if is_anchored and (others := [source for source in found if source in _MEANS]):
        return others[0]
    return _made(pattern, console, is_anchored=is_anchored)


def _made(pattern: Pattern, console: KnownConsole, *, is_anchored: bool) -> Source | None:
    """Whose words a line is that is made from the pattern."""
    sample = sample_of(pattern)
    if not sample:
        return None
    for before in _BEFORE[: 1 if is_anchored else None]:
        for behind in _BEHIND:
            line = f"{before}{sample}{behind}"
            source = console.hear(line).source
            neutral = console.hear(f"{before}{_NEUTRAL}{behind}").source
            if source in _MEANS and source is not neutral and pattern.find(line) is not None:
                return source
    return None
