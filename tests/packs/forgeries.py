"""What players make consoles print, and whether a pack takes any of it for the game's own: forgeries.yml.

Each form is filled with the words of every event and answer of its pack: those of the pack's own `tests`, and
what is made from its patterns. A pack that nobody wrote forms for is tried with those that its tests show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from automaton.core.events import Source
from automaton.core.facts.players import JOIN, LEAVE
from automaton.core.happening import Heard
from automaton.match.pattern import compile_pattern
from automaton.match.sample import sample_of
from automaton.packs.examples import INTERNAL
from automaton.packs.model import PackFile
from tests.packs.ear import READER, SHIPPED

FORGERIES_FILE = Path(__file__).with_name("forgeries.yml")
BLANK = "{}"
HARMLESS = "hello"
HARMLESS_REASON = 'any: "words"'  # a reason that takes only words of the machine is nobody's
SPEAKERS = (Source.CHAT, Source.COMMAND, Source.ADMIN)
LONGEST_NAME = 32  # what Steam and most games take; a longer one is no name


@dataclass(frozen=True, slots=True)
class Form:
    """A line with a blank for words, and by what it comes to be printed."""

    by: str
    line: str

    def with_words(self, words: str) -> str:
        """The line as it is printed."""
        return self.line.replace(BLANK, words)

    def completing(self, words: str) -> Iterator[str]:
        """The words, and as many of them as make the line end or begin with all of them."""
        head, _, rest = self.line.partition(BLANK)
        tail = rest.rpartition(BLANK)[2]
        yield words
        yield from (less for less in (words.removesuffix(tail), words.removeprefix(head)) if less)


@dataclass(frozen=True, slots=True)
class Forgeries:
    """The forms of one pack (forgeries.yml)."""

    prefixes: tuple[str, ...] = ("",)
    said: tuple[Form, ...] = ()
    printed: tuple[Form, ...] = ()
    as_game: tuple[Form, ...] = ()
    bare: tuple[Form, ...] = ()
    silent: str = ""
    shown: tuple[Form, ...] = field(default=())
    """Those of the pack's own tests."""


def forgeries(pack: str) -> Forgeries:
    """What is written of a pack, and what its own tests show."""
    written = _content().get(pack, {})
    forms = {kind: tuple(_forms(written.get(kind, {}))) for kind in ("said", "printed", "as_game", "bare")}
    return Forgeries(
        tuple(written.get("prefixes", ("",))),
        silent=written.get("silent", ""),
        shown=tuple(dict.fromkeys(_shown(SHIPPED[pack]))),
        **forms,
    )


def written_packs() -> frozenset[str]:
    """The packs of forgeries.yml."""
    return frozenset(_content())


@cache
def words_of(pack: str) -> dict[str, list[str]]:
    """For each event, pattern and answer of a pack the lines in which it happens, also without a prefix."""
    found: dict[str, list[str]] = {}
    patterns = (source for _, source in SHIPPED[pack].console_format().events)
    made = (sample_of(compile_pattern(source)) for source in patterns)
    for line in (*(str(one.line) for one in SHIPPED[pack].tests), *made):
        heard = READER.hear(line, Source.GAME, pack)
        for name, _ in heard.occurred:
            if heard.source is Source.GAME:
                found.setdefault(name, []).extend(dict.fromkeys((heard.text, heard.whole)))
    return found


@cache
def all_words(pack: str) -> list[str]:
    """All of them, each once, and as short as they may be: a name has not much room."""
    words = list(dict.fromkeys(words for lines in words_of(pack).values() for words in lines))
    return list(dict.fromkeys([*words, *(short for one in words for short in _shortened(one, pack))]))


def _shortened(words: str, pack: str) -> Iterator[str]:
    """The words with the shortest name and account that make the same happen; also from the name on."""
    heard = READER.hear(words, Source.GAME, pack)
    for _, fields in heard.occurred:
        short = heard.text
        for group, least in (("player", "x"), ("account", "1"), ("text", "x"), ("reason", "x")):
            value = fields.get(group)
            if isinstance(value, str) and value and short.count(value) == 1:
                tried_ = short.replace(value, least)
                if happened(READER.hear(tried_, Source.GAME, pack)) == happened(heard):
                    short = tried_
        yield short
        player = fields.get("player")
        if isinstance(player, str) and player:
            yield short[short.find("x" if player not in short else player) :]


def tried(pack: str) -> Iterator[tuple[Form, str, str]]:
    """Each line that must not be believed: its form, what stands before it, and the words in it."""
    known = forgeries(pack)
    for form in (*known.said, *known.printed, *known.as_game, *known.shown):
        prefixes = known.prefixes if form not in known.shown else ("",)
        for words in _fitting(form, pack):
            if not form.by.startswith(OF_A_NAME) or _may_be_called(words, SHIPPED[pack]):
                yield from ((form, prefix, words) for prefix in prefixes)


def _fitting(form: Form, pack: str) -> Iterable[str]:
    return dict.fromkeys(less for words in all_words(pack) for less in form.completing(words))


def broken(pack: str) -> Iterator[str]:
    """What players can forge, but for what is named as bare: nothing, if the pack is right."""
    known = forgeries(pack)
    for form, prefix, words in tried(pack):
        line = prefix + form.with_words(words)
        heard = READER.hear(line, Source.GAME, pack)
        harmless = READER.hear(prefix + form.with_words(HARMLESS), Source.GAME, pack)
        if form in known.said:
            if heard.source not in SPEAKERS or happened(heard) != {heard.source.value}:
                yield f"{form.by}: {line!r} is {_told(heard)}"
        elif heard.source is Source.GAME and not happened(heard) <= happened(harmless):
            yield f"{form.by}: {line!r} is {_told(heard)}, and with other words {_told(harmless)}"


def happened(heard: Heard) -> set[str]:
    """The names of the events, patterns and answers in a line."""
    return {name for name, _ in heard.occurred}


def forged(pack: str, form: Form) -> list[str]:
    """The events that a bare form forges."""
    lines = (
        prefix + form.with_words(words)
        for words in _fitting(form, pack)
        for prefix in forgeries(pack).prefixes
    )
    heard = (READER.hear(line, Source.GAME, pack) for line in lines)
    return sorted({name for one in heard if one.source is Source.GAME for name in happened(one)})


def mistaken(pack: str) -> Iterator[str]:
    """Lines in which a name made of pieces of such lines is another event, or another's account."""
    lines = dict(_named(SHIPPED[pack]))
    others = [line.replace(account or "?", "9").partition(name) for line, (name, account) in lines.items()]
    ends = {"x" + tail[:length] for _, _, tail in others for length in range(1, LONGEST_NAME)}
    begins = {head[-length:] + "y" for head, _, _ in others for length in range(1, LONGEST_NAME)} | {"y"}
    names = [one for one in (*ends, *begins, *_crossed(ends, begins)) if _may_be_called(one, SHIPPED[pack])]
    for line, (name, _) in lines.items():
        right = _who(READER.hear(line, Source.GAME, pack), name)
        for other in names:
            tried_ = READER.hear(line.replace(name, other), Source.GAME, pack)
            if tried_.source is Source.GAME and not _who(tried_, other) <= right:
                yield tried_.whole


def _crossed(ends: Iterable[str], begins: Iterable[str]) -> Iterator[str]:
    """Names that end one thing and begin another, such as `x'(id:5) reason 'y'`."""
    by_length = sorted(begins, key=len)
    for one in ends:
        yield from (one + other for other in by_length if len(one) + len(other) <= LONGEST_NAME)


def _named(pack: PackFile) -> Iterator[tuple[str, tuple[str, str]]]:
    """Lines of the pack's tests on comings and goings, the name if it is there once, and the account."""
    for line in (str(one.line) for one in pack.tests):
        for name, fields in READER.hear(line, Source.GAME, pack.pack).occurred:
            player = fields.get("player")
            if name in (JOIN, LEAVE) and isinstance(player, str) and line.count(player) == 1:
                yield line, (player, str(fields.get("account") or ""))


def _who(heard: Heard, name: str) -> set[tuple[str, str]]:
    """What happened, with the accounts in it; one that has the name in it counts without it."""
    return {(event, str(fields.get("account") or "").removeprefix(name)) for event, fields in heard.occurred}


CHAT_WITHOUT_A_SIGN = ("Eve: {}", "Eve : {}")
"""Forms in which a name is the first thing of a line that nothing tells from the game's."""


def names_that_forge(pack: str) -> Iterator[str]:
    """Names that begin a line of the game, where chat is a name, a colon and the rest."""
    signs = [one.line[3:-2] for one in forgeries(pack).as_game if one.line in CHAT_WITHOUT_A_SIGN]
    for words in all_words(pack) if signs else ():
        heard = READER.hear(words, Source.GAME, pack)
        for name, sign, _ in (words.partition(sign) for sign in signs):
            is_a_name = sign and name.strip() == name and _may_be_called(name, SHIPPED[pack])
            if is_a_name and heard.source is Source.GAME and happened(heard):
                yield name


NAME, TEXT = "names", "what is said"
"""By what the forms of the pack's own tests come to be printed."""
OF_A_NAME = (NAME, "a name")
"""Begin what names a form in which only that stands which somebody can be called."""


def _shown(pack: PackFile) -> Iterator[Form]:
    """Lines of the pack's own tests, with a blank where somebody's name or words stand."""
    for example in pack.tests:
        line = str(example.line)
        heard = READER.hear(line, Source.GAME, pack.pack)
        for _, fields in heard.occurred:
            for group, by in (("player", NAME), ("text", TEXT), ("reason", TEXT)):
                value = fields.get(group)
                is_chosen = group != "text" or heard.source in (Source.CHAT, Source.COMMAND)
                if is_chosen and isinstance(value, str) and value and line.count(value) == 1:
                    form = Form(by, line.replace(value, BLANK))
                    harmless = form.with_words(HARMLESS_REASON if group == "reason" else HARMLESS)
                    if happened(READER.hear(harmless, Source.GAME, pack.pack)) == happened(heard):
                        yield form


def _may_be_called(words: str, pack: PackFile) -> bool:
    return len(words) <= LONGEST_NAME and (pack.names is None or pack.names.find(words) is not None)


def _told(heard: Heard) -> str:
    names = ", ".join(sorted(name.removeprefix(INTERNAL) for name in happened(heard))) or "nothing"
    return f"{heard.source.value}: {names}"


def _forms(written: dict[str, list[str]]) -> Iterable[Form]:
    return (Form(by, line) for by, lines in written.items() for line in lines)


@cache
def _content() -> dict[str, dict[str, Any]]:
    content: dict[str, dict[str, Any]] = yaml.safe_load(FORGERIES_FILE.read_text(encoding="utf-8"))
    return content
