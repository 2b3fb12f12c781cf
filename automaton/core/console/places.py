"""Where in a command the values of a text stand, and which of them cannot stand there, whatever they are.

One reading for `check`, which refuses the text at load, and for the seam, which fills it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from automaton.core.command_grammar import ArgumentKind
from automaton.core.console.quoting import DataReader
from automaton.core.expression import Expression, Template
from automaton.core.invoked_commands import Argument, InvokedCommand, invoked
from automaton.core.pack import Pack

BLANK = "1"
"""What stands for a value until it is known: it may be a name, a word and a number."""

SAID = frozenset({"it.text", "it.line"})
"""What somebody said, or a whole line: never the name of a player."""

CALLED = SAID | {"it.player", "result.body", "result.reason"}
"""What a player or a stranger chose: a name may look like a number, but it is nobody's account."""

STRANGERS = ("it.", "result.")
"""How the names begin of what somebody else wrote: a match, and what was answered."""

ACCOUNT = "#"
"""Begins a player's number or account, where the game takes it (`selectors`)."""

CHOOSES = "a value never chooses a command, as after `execute … run`"
NAME = "a player's name, as `${it.player}`"
OWN_WORDS = "the rule's own words"
IN_QUOTES = "in quotes inside the JSON or SNBT"

_TOKENS = frozenset({ArgumentKind.PLAYER, ArgumentKind.WORD, ArgumentKind.NUMBER})


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A value that cannot stand where it does: the `number`-th of the text, from 0. What to write instead.

    `is_choice`: it would choose a command.
    """

    message: str
    expected: str = ""
    suggestion: str = ""
    is_choice: bool = False
    number: int = 0


@dataclass(frozen=True, slots=True)
class ValuePlace:
    """What one value stands in. `is_quoted`: in an argument in double quotes, which may have spaces.

    `reader` has read the JSON or SNBT up to it, None outside of both. `is_run`: that may run a command.
    `is_account`: behind `#`, so that it can be no name.
    """

    kinds: frozenset[ArgumentKind]
    is_quoted: bool = False
    reader: DataReader | None = None
    is_run: bool = False
    is_account: bool = False


class CommandText:
    """A text for the console as a pack's game reads it, with a blank for each value."""

    __slots__ = ("_pack", "commands", "starts", "template", "texts")

    def __init__(self, template: Template, pack: Pack) -> None:
        self._pack = pack
        self.template = template
        self.texts = [piece if isinstance(piece, str) else BLANK for piece in template.pieces]
        self.starts = starts_of(self.texts)
        self.commands = invoked("".join(self.texts), pack)

    def shape(self, texts: Sequence[str], *, with_arguments: bool = True) -> list[tuple[object, ...]]:
        """Which commands and arguments these texts have, and in which piece each begins.

        What reaches to the end of the line is no argument here: it does so whatever it is.
        """
        starts = starts_of(texts)

        def place(at: int) -> tuple[int, int]:
            piece = bisect_right(starts, at) - 1
            return piece, at - starts[piece]

        commands = self.commands if texts is self.texts else invoked("".join(texts), self._pack)
        return [
            (
                one.word,
                place(one.at),
                *(
                    (part.kind, part.branch, place(part.at))
                    for part in one.arguments
                    if with_arguments and not part.kind.is_rest
                ),
            )
            for one in commands
        ]

    def places(self) -> list[ValuePlace]:
        """What each value stands in, in order."""
        whole = "".join(self.texts)
        return [self._place(whole, at) for at in self._value_starts()]

    def misplaced(self) -> Misplaced | None:
        """The first value that cannot stand where it is."""
        whole = "".join(self.texts)
        for number, (piece, at) in enumerate(self._values()):
            found = self._misplaced(whole, piece, at)
            if found is not None:
                return replace(found, number=number)
        return None

    def _values(self) -> Iterator[tuple[Expression, int]]:
        for piece, start in zip(self.template.pieces, self.starts, strict=True):
            if not isinstance(piece, str):
                yield piece, start

    def _value_starts(self) -> list[int]:
        return [at for _, at in self._values()]

    def _covering(self, at: int) -> list[tuple[InvokedCommand, Argument]]:
        return [(one, part) for one in self.commands for part in one.arguments if part.at <= at < part.until]

    def _place(self, whole: str, at: int) -> ValuePlace:
        covering = self._covering(at)
        kinds = frozenset(part.kind for _, part in covering)
        is_quoted = any(_is_quoted(whole, part, at) for _, part in covering if not part.kind.is_rest)
        data = [(one, part) for one, part in covering if part.kind.is_data]
        reader = None
        if data:
            begin = min(part.at for _, part in data)
            reader = self.reader(begin, at, opens=ArgumentKind.SNBT in kinds)
        is_run = any(self._runs_inside(whole, one, part) for one, part in data)
        is_account = any(self._before(whole, part, at) == ACCOUNT for _, part in covering)
        return ValuePlace(kinds, is_quoted, reader, is_run, is_account)

    def _misplaced(self, whole: str, piece: Expression, at: int) -> Misplaced | None:
        covering = sorted(self._covering(at), key=lambda each: not each[1].kind.is_hidden)
        chosen = self._chooses(whole, at)
        if chosen is not None and not (covering and covering[0][1].kind.is_hidden):
            return Misplaced(chosen, OWN_WORDS, is_choice=True)
        for one, part in covering:
            found = self._in_argument(whole, piece, at, one, part)
            if found is not None:
                return found
        return None

    def _chooses(self, whole: str, at: int) -> str | None:
        """Why a value at this place would choose a command."""
        for one in self.commands:
            if one.at <= at < one.begins:
                if whole[: one.at].strip():
                    return CHOOSES
                apart = "never a value" if at == one.at else "a value cannot be part of it"
                return f"the first word of a command is the rule's own, {apart}"
        return None

    def _in_argument(
        self, whole: str, piece: Expression, at: int, one: InvokedCommand, part: Argument
    ) -> Misplaced | None:
        match part.kind:
            case ArgumentKind.CODE | ArgumentKind.STORED:
                message = f"values never go behind `{one.word}`: it runs code or commands that nobody sees"
                return Misplaced(message, OWN_WORDS, is_choice=True)
            case ArgumentKind.UNSEEN:
                message = f"what `{one.word}` runs is the rule's own, never a value"
                return Misplaced(message, OWN_WORDS, is_choice=True)
            case ArgumentKind.OWN:
                message = f"this word of `{one.word}` decides what it does, so it is never a value"
                return Misplaced(message, OWN_WORDS, is_choice=True)
            case ArgumentKind.JSON | ArgumentKind.SNBT:
                return self._in_data(whole, piece, at, one, part)
            case kind if kind in _TOKENS:
                return self._in_token(whole, piece, at, one, part)
        return None

    def _in_token(
        self, whole: str, piece: Expression, at: int, one: InvokedCommand, part: Argument
    ) -> Misplaced | None:
        before = self._before(whole, part, at)
        if before and not (before == ACCOUNT and piece.names.isdisjoint(CALLED)):
            return Misplaced(
                f"`{before}` before a value selects players by it: whom, a player would choose", NAME
            )
        if piece.names & SAID:
            takes = {
                ArgumentKind.PLAYER: NAME, ArgumentKind.WORD: "a single word", ArgumentKind.NUMBER: "a number"
            }[part.kind]  # fmt: skip
            why = "" if one.is_known else ", for no pack teaches it to take a text (`commands`)"
            return Misplaced(f"what somebody said cannot stand here in `{one.word}`{why}", takes)
        return None

    def _in_data(
        self, whole: str, piece: Expression, at: int, one: InvokedCommand, part: Argument
    ) -> Misplaced | None:
        if self._runs_inside(whole, one, part) and piece.names & SAID:
            message = f"this {part.kind.upper()} of `{one.word}` may run a command with what somebody said"
            return Misplaced(message, NAME)
        if self._begins_inside(whole, one, at):
            return Misplaced(CHOOSES, OWN_WORDS, is_choice=True)
        reader = self.reader(part.at, at, opens=part.kind is ArgumentKind.SNBT)
        if reader.is_in_string or (reader.is_outside and is_json(piece)):
            return None
        is_beside = reader.is_behind_data or (part.kind is ArgumentKind.SNBT and reader.is_beside)
        if (is_beside and piece.names.isdisjoint(SAID)) or (
            reader.is_outside and not any(name.startswith(STRANGERS) for name in piece.names)
        ):
            return None  # a number, word or name may stand there, which is seen when it is filled
        return Misplaced(
            f"a value would be part of the {part.kind.upper()} of `{one.word}` here, not of a text in it",
            IN_QUOTES,
            f'"${{{piece.source}}}"',
        )

    def _before(self, whole: str, part: Argument, at: int) -> str:
        """The sign right before a value by which the game takes players by something else than names."""
        before = whole[at - 1] if at > part.at and part.kind in _TOKENS else ""
        return before if before and before in self._pack.selectors else ""

    def reader(self, begin: int, at: int, *, opens: bool) -> DataReader:
        """What has read the JSON or SNBT that begins at `begin`, up to `at`.

        Values before are left out, for any of them may be empty: then what follows begins its string.
        """
        reader = DataReader(opens)
        for piece, text, start in zip(self.template.pieces, self.texts, self.starts, strict=True):
            if start >= at:
                break
            if isinstance(piece, str) and start + len(text) > begin:
                reader.read(text[max(0, begin - start) :])
        return reader

    def _runs_inside(self, whole: str, one: InvokedCommand, part: Argument) -> bool:
        """Whether a word in this JSON or SNBT, or in the path before it, makes a text in it a command."""
        plain = _plain(whole[one.begins : part.until])
        return any(word in plain for grammar in self._pack.grammars for word in grammar.runs_inside)

    def _begins_inside(self, whole: str, one: InvokedCommand, at: int) -> bool:
        """Whether a value at this place begins the text that such a word makes a command."""
        plain = _plain(whole[one.begins : at]).rstrip("/")
        return any(
            plain.endswith((word, f"{word}value"))
            for grammar in self._pack.grammars
            for word in grammar.runs_inside
        )


def starts_of(texts: Sequence[str]) -> list[int]:
    """Where in the whole each of the pieces begins."""
    return list(accumulate(map(len, texts), initial=0))[: len(texts)]


def _plain(text: str) -> str:
    """A text as `runs_inside` has them: in small letters, without quotes and spaces."""
    return "".join(char for char in text if char not in " \"'\\").lower()


def _is_quoted(whole: str, part: Argument, at: int) -> bool:
    """Whether a value at this place is inside the double quotes in which its argument begins."""
    return whole[part.at] == '"' and whole.count('"', part.at, at) % 2 == 1


def is_json(piece: Expression) -> bool:
    """Whether it is a whole value of JSON by itself. With a path it is what a stranger wrote there."""
    return piece.whole is not None and piece.whole.function == "json" and not piece.whole.name
