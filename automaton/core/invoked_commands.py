"""Which commands a line invokes, and what stands where in them: its own, and those they run, at any depth.

One reading for `check`, the gates, the filter of stop commands and the seam for values. It would rather see
one command too many than one too few, which nothing else would notice. Where the game is not known, the line
is read as every game would, and parted by each one's own separator. One pass for each game, in linear time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from automaton.core.argument_values import fits
from automaton.core.command_grammar import PLAYERS, ArgumentKind, Choice, Form, Grammar
from automaton.core.pack import Pack

WORD = re.compile(r"\S+")
TOKEN = re.compile(r'"[^"]*"\S*|\S+')
"""An argument: games that take names with spaces take them in double quotes."""

ELSE = "*"
"""The branch of a Choice whose word is none of those it knows."""


@dataclass(frozen=True, slots=True)
class Argument:
    """What stands from `at` to `until`, by the grammar. `branch` is what a Choice chose by it."""

    kind: ArgumentKind
    at: int
    until: int
    branch: str = ""


@dataclass(frozen=True, slots=True)
class InvokedCommand:
    """One command of a line: its `word` in lower case, without slash, namespace and quotes.

    It reaches from `at` to `until`, where the line or its part ends; `begins` is where its first argument may
    begin. `is_unseen`: it runs a file, code, or an alias. `grants`: it makes somebody an operator.
    """

    word: str
    at: int
    begins: int
    until: int
    arguments: tuple[Argument, ...] = ()
    is_known: bool = False
    is_unseen: bool = False
    grants: bool = False


def invoked(line: str, pack: Pack) -> list[InvokedCommand]:
    """All commands of a line, from left to right, as this pack's game reads it.

    What two games see as other words, or as ending elsewhere, are two commands: each must be allowed.
    """
    found: dict[tuple[int, int, str], InvokedCommand] = {}
    for grammar in pack.grammars or (Grammar(),):
        at = 0
        for part in line.split(grammar.separator) if grammar.separator else [line]:
            for one in _Part(line, at, at + len(part), grammar).read():
                place = (one.at, one.until, one.word)
                found[place] = _either(found[place], one) if place in found else one
            at += len(part) + len(grammar.separator)
    known = {(one.at, one.word) for one in found.values() if one.is_known}
    return [
        one if one.is_known or (one.at, one.word) not in known else replace(one, arguments=())
        for _, one in sorted(found.items())
    ]


def invoked_words(line: str, pack: Pack) -> list[str]:
    """The words of all commands of a line."""
    return [one.word for one in invoked(line, pack)]


def first_word(line: str) -> str:
    """The word of a line's own command."""
    word = WORD.search(line)
    return bare(word[0]) if word is not None else ""


def first_words(line: str, one: InvokedCommand, most: int) -> list[str]:
    """The first words of one command of the line, in lower case and without slash and quotes."""
    words = islice(WORD.finditer(line, one.at, one.until), most)
    return [word[0].strip("/\"'").lower() for word in words]


def has_form(line: str, one: InvokedCommand, form: Sequence[ArgumentKind], pack: Pack) -> bool:
    """Whether a command has these arguments, and no others. Only what reaches to the end may be missing."""
    at = one.begins
    for kind in form:
        token = TOKEN.search(line, at, one.until)
        if kind.is_rest:
            return True
        if token is None or not fits(kind, token[0], pack):
            return False
        at = token.end()
    return TOKEN.search(line, at, one.until) is None


def bare(word: str) -> str:
    """A command's word as grammars have it: in lower case, without slash, namespace and quotes."""
    return word.rsplit(":", 1)[-1].strip("/\"'").lower()


def _either(one: InvokedCommand, other: InvokedCommand) -> InvokedCommand:
    """One command as two games read it. Who does not know the word has nothing to say of its arguments."""
    if one.is_known != other.is_known:
        known, unknown = (one, other) if one.is_known else (other, one)
        return replace(known, grants=known.grants or unknown.grants)
    return replace(
        one,
        arguments=tuple(dict.fromkeys((*one.arguments, *other.arguments))),
        is_unseen=one.is_unseen or other.is_unseen,
        grants=one.grants or other.grants,
    )


class _Part:
    """One part of a line, which is read once by one grammar."""

    __slots__ = ("anywhere", "begin", "end", "found", "grammar", "line", "scanned")

    def __init__(self, line: str, begin: int, end: int, grammar: Grammar) -> None:
        self.line, self.begin, self.end, self.grammar = line, begin, end, grammar
        self.found: dict[int, InvokedCommand] = {}
        self.anywhere: list[int] = []  # where a word of `Choice.anywhere` begins a command
        self.scanned = False

    def read(self) -> Iterable[InvokedCommand]:
        starts = [self.begin]
        if (said := self._said()) is not None:
            return [said]
        while starts:
            word = WORD.search(self.line, starts.pop(), self.end)
            if word is not None and word.start() not in self.found:
                starts += self._command(word)
        return self.found.values()

    def _said(self) -> InvokedCommand | None:
        """A line without the slash that a command must have: its words are text. None for a command."""
        word = WORD.search(self.line, self.begin, self.end)
        if word is None or not self.grammar.slash or word[0].startswith("/"):
            return None
        name, text = bare(word[0]), WORD.search(self.line, word.end(), self.end)
        arguments = () if text is None else (Argument(ArgumentKind.TEXT, text.start(), self.end),)
        grants = name in self.grammar.grants
        return InvokedCommand(name, word.start(), word.end(), self.end, arguments, grants=grants)

    def _command(self, word: re.Match[str]) -> list[int]:
        """Reads one command. Where those that it runs begin."""
        name = bare(word[0])
        is_known = name in self.grammar.commands
        arguments, starts, is_unseen = self._arguments(
            self.grammar.commands.get(name, PLAYERS), word.start(), word.end()
        )
        self.found[word.start()] = InvokedCommand(
            name, word.start(), word.end(), self.end, tuple(arguments), is_known, is_unseen,
            name in self.grammar.grants,
        )  # fmt: skip
        return starts if name else [word.end()]  # a slash or a namespace by itself

    def _arguments(self, form: Form, begin: int, at: int) -> tuple[list[Argument], list[int], bool]:
        arguments: list[Argument] = []
        starts: list[int] = []
        is_unseen, turn = False, 0
        while True:
            item = form[turn] if turn < len(form) else None
            if isinstance(item, ArgumentKind):
                is_unseen = is_unseen or item.is_hidden
            elif item is not None and item.anywhere:
                starts += self._scan(item.anywhere, at)
            token = TOKEN.search(self.line, at, self.end)
            # Behind the end of the form nobody is waiting for what another command begins to say.
            if token is None or (item is None and self._is_anothers(begin, token.end())):
                return arguments, starts, is_unseen
            if isinstance(item, Choice):
                branch, chosen = _chosen(item, bare(token[0]))
                if chosen == (ArgumentKind.ITSELF,):
                    return arguments, [*starts, token.start()], is_unseen
                kind = ArgumentKind.OWN if item.otherwise is None else ArgumentKind.PLAYER
                arguments.append(Argument(kind, token.start(), token.end(), branch))
                form, turn = chosen, 0
            else:
                kind = ArgumentKind.PLAYER if item is None else item
                if kind in (ArgumentKind.COMMAND, ArgumentKind.STORED):
                    starts.append(token.start())
                if kind.is_rest:
                    if kind is not ArgumentKind.COMMAND:
                        arguments.append(Argument(kind, token.start(), self.end))
                    return arguments, starts, is_unseen
                arguments.append(Argument(kind, token.start(), token.end()))
                turn += 1
            at = token.end()

    def _is_anothers(self, begin: int, until: int) -> bool:
        """Whether a command that a word of `anywhere` begins comes after `begin`, and before `until`."""
        following = bisect_right(self.anywhere, begin)
        return following < len(self.anywhere) and self.anywhere[following] < until

    def _scan(self, anywhere: Mapping[str, Form], at: int) -> list[int]:
        """Where the words that count anywhere begin a command; looked for once."""
        if self.scanned:
            return []
        self.scanned = True
        words = list(WORD.finditer(self.line, at, self.end))
        for before, word in pairwise(words):
            match anywhere.get(bare(before[0]), ()):
                case (ArgumentKind.COMMAND,):
                    self.anywhere.append(word.start())
                case (Choice(forms=forms),) if bare(word[0]) in forms:
                    self.anywhere.append(word.start())
        return self.anywhere


def _chosen(choice: Choice, word: str) -> tuple[str, Form]:
    if word in choice.forms:
        return word, choice.forms[word]
    return ELSE, choice.otherwise if choice.otherwise is not None else PLAYERS
