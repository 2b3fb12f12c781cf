"""Rules that act on lines of a game, on servers whose console shows people in a form that no pack knows.

Such a form is heard as the game's own words, so whoever plays there may say what a rule waits for. Logs show
it: those that `automaton check --log` names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from automaton.core.arm import Arm
from automaton.core.events import Source
from automaton.core.rules.action import walk
from automaton.core.rules.rule import Rule
from automaton.match.line_reader import LineReader
from automaton.match.pattern import Pattern
from automaton.packs.load import Packs
from automaton.problem import FilePlace, Problem, problem_at
from automaton.schema.anchors import literal_head
from automaton.schema.kinds import ActionModel, TriggerModel
from automaton.schema.scalar import target_of
from automaton.schema.selector import ScopedSelector
from automaton.triggers.console import ConsoleTrigger
from automaton.workbench.chat_forms import ChatForm, chat_forms
from automaton.workbench.chat_heads import ChatHeads
from automaton.workbench.console_log import LogLine, read_lines
from automaton.workbench.pack_fit import PackFit, PackReader, best_first

LINES_TO_CHOOSE = 5_000  # by which the pack of a log is chosen: a start prints some hundreds


def unknown_chat(logs: Sequence[Path], packs: Packs, rules: Sequence[Rule]) -> list[Problem]:
    """A warning for each rule and log, and a note for each log that no pack knows. Raises OSError."""
    return [problem for log in logs for problem in _of_log(log, packs, rules)]


def _of_log(log: Path, packs: Packs, rules: Sequence[Rule]) -> Iterator[Problem]:
    index = LineReader((), {name: pack.console_format() for name, pack in packs.by_name.items()})
    lines = read_lines(log)
    first = list(islice(lines, LINES_TO_CHOOSE))
    best = best_first(_read(first, [PackReader(name, (), index, 0) for name in packs.by_name]))[0]
    if not best.known + best.prefixed:
        message = "no pack knows a line of this log: whether people speak in it cannot be told"
        yield problem_at(FilePlace(str(log)), "unknown-chat", message, severity="note")
        return
    heads = ChatHeads()
    # Not from its beginning again: the standard input can be read once.
    (read,) = _read(chain(first, lines), [PackReader(best.pack, (), index, 1, heads)])
    events = [hit.text for hits in read.events.values() for hit in hits.first]
    forms = chat_forms(heads, packs.by_name[best.pack].names, events)
    for rule in rules:
        if rule.arm is not Arm.OFF and _acts(rule) and _may_cover(rule, best.pack):
            yield from _of_rule(rule, log, best.pack, forms)


def _read(lines: Iterable[LogLine], readers: Sequence[PackReader]) -> list[PackFit]:
    for line in lines:
        for reader in readers:
            reader.read_line(line)
    return [reader.fit for reader in readers]


def _of_rule(rule: Rule, log: Path, pack: str, forms: Sequence[ChatForm]) -> Iterator[Problem]:
    parts = (rule.when, *rule.when.parts()) if isinstance(rule.when, TriggerModel) else ()
    for trigger in parts:
        if isinstance(trigger, ConsoleTrigger) and Source(trigger.from_) is Source.GAME:
            said = [form for form in forms if _may_be_said(trigger.console, form)]
            if said:
                number, text, _ = said[0].first[0]
                message = (
                    f"rule `{rule.id}` acts on what the game prints, and in {log} people speak in a form that"
                    f" the pack `{pack}` takes for that, as in line {number}, `{text}`: `automaton regex"
                    f" {log} {pack}` proposes the `chat:` that names it"
                )
                yield problem_at(
                    target_of(trigger.console.origin), "unknown-chat", message, severity="warning"
                )


def _acts(rule: Rule) -> bool:
    return any(isinstance(step, ActionModel) and step.wants().acts for step in walk(rule.steps()))


def _may_cover(rule: Rule, pack: str) -> bool:
    return not isinstance(rule.servers, ScopedSelector) or rule.servers.may_cover_pack(pack)


def _may_be_said(pattern: Pattern, form: ChatForm) -> bool:
    """Whether the pattern may find a line of this form: its first letters do not exclude it."""
    literal = literal_head(pattern.source)
    return any(_fits(literal, text, player) for _, text, player in form.first)


def _fits(literal: str, text: str, player: str) -> bool:
    begin = text.index(player)
    if begin:  # what stands before the name, no player chooses
        return _agree(literal, text[:begin])
    own = len(literal) - len(literal.lstrip("".join(filter(_is_of_a_name, literal))))
    return _agree(literal[own:], text[len(player) :])


def _agree(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _is_of_a_name(char: str) -> bool:
    return char.isalnum() or char == "_"
