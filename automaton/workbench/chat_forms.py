"""The forms of lines that look like people, and for each the `chat:` pattern that would tell a pack of it.

A form is what stands around a name: ranks in brackets, words, signs. Words that differ become `\\S+`, and any
text in brackets is taken for a rank. Nothing is decided here: a person reads it, and writes it down or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from automaton.match.pattern import Pattern, compile_pattern
from automaton.workbench.chat_heads import ChatHeads, Head, SpokenHead

MOST_WORDS = 3  # before a name: what has more is a sentence about somebody
SHOWN = 3  # lines of each form that are kept to be shown
MOST_FORMS = 20  # each is held against all heads; what comes after the twenty commonest is seldom people
_BRACKETS = {"[": "]", "(": ")", "{": "}", "<": ">"}
# RE2's `\s` is ASCII, and so is a space here: what else is one stands for itself.
_TOKEN = re.compile(
    r"(?P<group>\[[^\[\]]*\]|\([^()]*\)|\{[^{}]*\}|<[^<>]*>)|(?P<space>[ \t]+)"
    r"|(?P<word>[\w.'#+-]+)|(?P<sign>.)"
)
_SPECIAL = frozenset("\\.+*?()|[]{}^$")


@dataclass(frozen=True, slots=True)
class ChatForm:
    """One form: the pattern that hears it, on how many lines of how many people, and the first of them.

    `others` are further lines of the log that the pattern hears, though nobody known stands there.
    """

    pattern: str
    lines: int
    people: int
    first: tuple[tuple[int, str, str], ...]
    """Lines with their number and who spoke."""
    others: int = 0
    other: str = ""


def chat_forms(heads: ChatHeads, names: Pattern | None, events: Iterable[str] = ()) -> list[ChatForm]:
    """The forms in these heads, the commonest first.

    `names` is what the pack says a player can be called; `events` are lines in which something happened: a
    pattern that hears one of them is not proposed. More than MOST_FORMS are not looked at.
    """
    kept = tuple(events)
    by_shape: dict[tuple[str, ...], list[_Spoken]] = {}
    for one in heads.spoken():
        tokens = (*_tokens(one.before), ("name", one.player), *_tokens(one.behind))
        if sum(kind == "word" for kind, _ in _tokens(one.before)) <= MOST_WORDS:
            by_shape.setdefault(tuple(_shape(tokens)), []).append(_Spoken(one, tokens))
    commonest = sorted(by_shape.values(), key=lambda group: -sum(one.one.head.count for one in group))
    forms = (_form(group, names, heads) for group in commonest[:MOST_FORMS])
    found = [one for one in forms if one is not None and not _hears_any(one.pattern, kept)]
    return sorted(found, key=lambda one: (-one.lines, one.pattern))


@dataclass(frozen=True, slots=True)
class _Spoken:
    one: SpokenHead
    tokens: tuple[tuple[str, str], ...]


def _tokens(text: str) -> list[tuple[str, str]]:
    return [(str(found.lastgroup), found[0]) for found in _TOKEN.finditer(text)]


def _shape(tokens: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The same for all lines of a form: several ranks behind each other are as one."""
    last = ""
    for kind, text in tokens:
        key = {"group": text[0], "space": " ", "sign": text}.get(kind, kind)
        if kind == "group" and last == key:
            continue
        if kind == "space" and last in _BRACKETS:  # the pattern takes it along, there or not
            continue
        yield key
        last = key if kind == "group" else ""


def _form(group: Sequence[_Spoken], names: Pattern | None, heads: ChatHeads) -> ChatForm | None:
    spoken = [one.one for one in group]
    lines = sum(one.head.count for one in spoken)
    rests = {one.head.text[one.head.end :] for one in spoken}
    if lines > 2 and len(rests) == 1 and not any(one.head.is_varied for one in spoken):
        return None  # what is the same each time, the game says
    pattern = _pattern(group, names)
    own = {(one.head.number, one.head.text) for one in spoken}
    others = [head for head in _heads_heard(pattern, heads) if (head.number, head.text) not in own]
    return ChatForm(
        pattern,
        lines,
        len({one.player for one in spoken}),
        tuple((one.head.number, one.head.text, one.player) for one in spoken[:SHOWN]),
        sum(head.count for head in others),
        others[0].text if others else "",
    )


def _pattern(group: Sequence[_Spoken], names: Pattern | None) -> str:
    """The pattern of a form: what all its lines share as it stands, and room for what they do not."""
    words = [[text for kind, text in one.tokens if kind == "word"] for one in group]
    differ = [len(set(column)) > 1 for column in zip(*words, strict=True)]
    pieces, last, number = ["^"], "", 0
    for kind, text in group[0].tokens:
        if kind == "name":
            pieces.append(f"(?P<player>{_name({one.one.player for one in group}, names)})")
        elif kind == "word":
            pieces.append(r"\S+" if differ[number] else _literal(text))
            number += 1
        elif kind == "group" and last != text[0]:
            pieces.append(rf"(?:\{text[0]}[^\{_BRACKETS[text[0]]}]*\{_BRACKETS[text[0]]}\s*)+")
        elif kind == "space" and last not in _BRACKETS:
            pieces.append(r"\s+")
        elif kind == "sign":
            pieces.append(_literal(text))
        if kind != "space" or last not in _BRACKETS:
            last = text[0] if kind == "group" else ""
    return "".join(pieces) + "(?P<text>.*)$"


def _name(players: set[str], names: Pattern | None) -> str:
    """What the pack says of names, where it holds for all of these; else whatever stands there."""
    if names is not None and all(names.find(player) is not None for player in players):
        inner = names.source.removeprefix("^").removesuffix("$")
        return f"(?:{inner})" if "|" in inner else inner
    return r".{1,48}?" if any(" " in player for player in players) else r"\S{1,48}?"


def _literal(text: str) -> str:
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in text)


def _hears_any(pattern: str, lines: Iterable[str]) -> bool:
    compiled = compile_pattern(pattern)
    return any(compiled.find(line) is not None for line in lines)


def _heads_heard(pattern: str, heads: ChatHeads) -> list[Head]:
    """The first lines of heads that the pattern hears, each line once."""
    compiled = compile_pattern(pattern)
    found = {(head.number, head.text): head for head in heads.heads.values()}
    return [head for head in found.values() if compiled.find(head.text) is not None]
