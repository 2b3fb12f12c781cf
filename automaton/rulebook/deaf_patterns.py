"""Patterns of `console:` that hear nothing: what they look for is no output of the game and no chat, or it
begins with the prefix that the pack cuts off.

A pack tells players' commands (`command`) and what operators are answered (`admin`) from both. Only what is
certain is told: the pattern, or a line made from it, is shown to the packs of the rule's servers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from automaton.checkpoint import with_checkpoints
from automaton.core.arm import Arm
from automaton.core.events import Source
from automaton.core.happening import Heard
from automaton.match.index import LineIndex
from automaton.match.pattern import Pattern
from automaton.match.sample import sample_of
from automaton.problem import Problem, problem_at
from automaton.rulebook.command_checks import may_cover
from automaton.rulebook.lint import triggers_of
from automaton.rulebook.model import RuleModel
from automaton.schema.anchors import anchored, literal_head
from automaton.schema.known_console import KnownConsole
from automaton.schema.scalar import target_of
from automaton.triggers.console import ConsoleTrigger

_MEANS = {
    Source.COMMAND: "a player's command as the game logs it",
    Source.ADMIN: "what an operator's command answered",
}
_AS_A_PREFIX = re.compile(r"\^\(*(?:\?P<\w+>)?(?:\\?\[|\\d|\d)")
"""How a pattern of a whole line begins, mostly. Only such are shown to all packs, for that costs a reload."""
_NEUTRAL = "zzz"
_BEHIND = ("", "x", "x]", "]")
"""What may be put behind a text to make a line of it. Whose that is must hang on the text, not on these."""
_LITERALS = re.compile(r"[\w ,:/'-]{4,}")
_ALIKE = 10
"""So many characters of a pattern's own text must stand in a pack's patterns; of a shorter one all."""
_SHARED = 4  # characters that a text and an example must share, to be parts of one line


@lru_cache(maxsize=1)
def _index_of(apart: tuple[str, ...]) -> LineIndex:
    """Kept, for a reload is mostly of the same packs; that of all that ship is some 800 kB."""
    return LineIndex(apart)


class _Game:
    """A pack. Its examples are read and heard only where a pattern may look for them."""

    def __init__(self, name: str, console: KnownConsole) -> None:
        self.name = name
        self.console = console
        self.text = "\n".join(console.apart)

    @cached_property
    def heard(self) -> tuple[Heard, ...]:
        """All its examples."""
        return tuple(map(self.console.hear, self.console.examples()))

    @cached_property
    def told(self) -> tuple[Heard, ...]:
        """Those of them that are players' commands, or answers to operators."""
        return tuple(one for one in self.heard if one.source in _MEANS)


class _Games:
    """All of them, with one index of the patterns by which they tell."""

    def __init__(self, consoles: Mapping[str, KnownConsole]) -> None:
        self._games = [_Game(name, console) for name, console in consoles.items() if console.apart]
        self._index = _index_of(tuple(one for game in self._games for one in game.console.apart))
        self._tells = [game for game in self._games for _ in game.console.apart]  # by a pattern's number
        self._text = "\n".join(game.text for game in self._games)

    def telling(self, sought: _Sought) -> list[_Game]:
        """Those that could look for what it looks for. Nearly no pattern has one, and costs no more."""
        found = self.taking(f"{sought.sample}{behind}" for behind in _BEHIND)
        if any(part in self._text for part in sought.parts):
            found |= {game for game in self._games if any(part in game.text for part in sought.parts)}
        return [game for game in self._games if game in found]

    def taking(self, lines: Iterable[str]) -> set[_Game]:
        """Those that tell one of these lines from output and chat, before a prefix is cut off it."""
        return {self._tells[number] for line in lines for number in self._index.hits(line)}


class _Sought:
    """A pattern, with what of it is the same for all games: parts of its own text, and a sample."""

    def __init__(self, pattern: Pattern) -> None:
        runs = _LITERALS.findall(pattern.source)
        self.parts = [run[at : at + _ALIKE] for run in runs for at in range(max(1, len(run) - _ALIKE + 1))]
        self.sample = sample_of(pattern)


def deaf_patterns(rules: Sequence[RuleModel], consoles: Mapping[str, KnownConsole]) -> Iterator[Problem]:
    """A warning for each, with the `from` to write. A rule that is `off` is not looked at."""
    games = _Games(consoles)
    every = [_Game(name, console) for name, console in consoles.items()]
    for rule in with_checkpoints(rules):
        if rule.arm is Arm.OFF or "arm" in rule.lost:
            continue
        for trigger in triggers_of(rule):
            if not isinstance(trigger, ConsoleTrigger):
                continue
            yield from _whole_line(rule, trigger, every)
            if trigger.from_ not in (Source.GAME, Source.CHAT):
                continue
            sought = _Sought(trigger.console)
            telling = [
                one
                for one in games.telling(sought)
                if rule.servers is None or may_cover(rule.servers, one.name)
            ]
            if telling:
                yield from _deaf(trigger, sought.sample, telling, games)


def _whole_line(rule: RuleModel, trigger: ConsoleTrigger, games: Sequence[_Game]) -> Iterator[Problem]:
    """A pattern copied with its prefix from a console, of which the packs hear the lines without it."""
    pattern = trigger.console
    # With a `|`, the line that is made of it shows one way of several: another may do without the prefix.
    if not _AS_A_PREFIX.match(pattern.source) or "|" in pattern.source:
        return
    line = sample_of(pattern)
    if not line or pattern.find(line) is None:
        return
    cut: dict[str, int] = {}
    for game in games:
        if rule.servers is not None and not may_cover(rule.servers, game.name):
            continue
        body = game.console.hear(line).text
        is_cut = len(body) < len(line) and line.endswith(body)
        if is_cut and pattern.find(body) is None and not _hears_any(pattern, game):
            cut[game.name] = len(line) - len(body)
    if not cut:
        return
    most = max(cut.values())  # that of the game whose console it was copied from; others cut a part of it
    names = ", ".join(f"`{name}`" for name, length in cut.items() if length == most)
    message = (
        f"on servers with the pack {names} this hears nothing: it looks for a prefix, as `{line[:most]}`,"
        " which the pack cuts off before a pattern sees the line: begin with what stands behind it"
    )
    yield problem_at(target_of(pattern.origin), "deaf-pattern", message, severity="warning")


def _hears_any(pattern: Pattern, game: _Game) -> bool:
    """Whether it finds an example behind its prefix."""
    return any(pattern.find(one.text) is not None for one in game.heard)


def _deaf(trigger: ConsoleTrigger, sample: str, games: Sequence[_Game], every: _Games) -> Iterator[Problem]:
    found: dict[Source, list[str]] = {}
    lines = list(_lines(trigger.console, sample, games, every))
    head = None if anchored(trigger.console.source) else literal_head(trigger.console.source)
    for game in games:
        is_said = _said_by(trigger.console, head, lines, game)
        if is_said is not None and not _hears(trigger.console, Source(trigger.from_), game):
            source = Source.CHAT if _hears(trigger.console, Source.CHAT, game) else is_said
            found.setdefault(source, []).append(game.name)
    for source, packs in found.items():
        names = ", ".join(f"`{pack}`" for pack in packs)
        message = (
            f"on servers with the pack {names} this hears nothing `from: {trigger.from_}`: what it looks for"
            f" is {_MEANS.get(source, 'what people say')}"
        )
        yield problem_at(
            target_of(trigger.console.origin), "deaf-pattern", message, severity="warning",
            suggestion=f"from: {source}",
        )  # fmt: skip


def _hears(pattern: Pattern, source: Source, game: _Game) -> bool:
    """Whether it finds a line that is of this source."""
    return any(one.source is source and pattern.find(one.text) is not None for one in game.heard)


def _said_by(
    pattern: Pattern, head: str | None, lines: Sequence[tuple[str, str]], game: _Game
) -> Source | None:
    """Whose words the pattern finds in the examples, or in a line that is made from it.

    `head` is what each line begins with that it finds, None for one that begins anywhere: such a one is found
    in too many examples to tell what it is for.
    """
    for one in game.told if head is not None else ():
        if one.text.startswith(head or "") and pattern.find(one.text) is not None:
            return one.source
    for line, neutral in lines:
        source = game.console.hear(line).source
        if source in _MEANS and game.console.hear(neutral).source is not source:
            return source
    return None


def _lines(pattern: Pattern, sample: str, games: Sequence[_Game], every: _Games) -> Iterator[tuple[str, str]]:
    """Lines that the pattern finds and some pack tells from output, each with another text in its place."""
    if not sample:
        return
    texts = [one.text for game in games for one in game.told]
    befores = [""] if not anchored(pattern.source) else ["", *_begun(sample, texts)]
    for before in befores:
        for behind in (*_BEHIND, *_ended(sample, texts)):
            line = f"{before}{sample}{behind}"
            if not every.taking([line]).isdisjoint(games) and pattern.find(line) is not None:
                yield line, f"{before}{_NEUTRAL}{behind}"


def _begun(sample: str, texts: Sequence[str]) -> Iterable[str]:
    """What stands in examples before the text with which the sample begins."""
    return dict.fromkeys(text[:at] for text, at in _found(texts, sample, from_its_end=False) if at)


def _ended(sample: str, texts: Sequence[str]) -> Iterable[str]:
    """What stands in examples behind the text with which the sample ends."""
    return dict.fromkeys(text[at:] for text, at in _found(texts, sample, from_its_end=True))


def _found(texts: Sequence[str], sample: str, *, from_its_end: bool) -> Iterator[tuple[str, int]]:
    """Examples with the longest part that they share with an end of the sample, and where that is."""
    for text in texts:
        for size in range(len(sample), _SHARED - 1, -1):
            at = text.find(sample[-size:] if from_its_end else sample[:size])
            if at >= 0:
                yield text, at + (size if from_its_end else 0)
                break
