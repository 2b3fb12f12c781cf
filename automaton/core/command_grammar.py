"""How a game reads a command: which of its words takes a name, a text, data, or another command.

Law: shapes only. A pack has one for its game (packs/*.yml); lines are read by it in invoked_commands.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from automaton.core.stable_names import stable_name


@stable_name("ArgumentKind")
class ArgumentKind(StrEnum):
    """What stands at one place behind a command's word. From `text` on, it reaches to the end of the line.

    `own` is the rule's own word, never a value; `unseen` too, and it names what runs commands that nobody
    sees. `command` is another command, judged as itself; `stored` one that is kept for later, so that no
    value may be in it. `code` takes no value either. `itself`: the command is the word that chose it.
    """

    WORD = "word"
    NUMBER = "number"
    PLAYER = "player"
    OWN = "own"
    UNSEEN = "unseen"
    ITSELF = "itself"
    TEXT = "text"
    JSON = "json"
    SNBT = "snbt"
    COMMAND = "command"
    STORED = "stored"
    CODE = "code"

    @property
    def is_rest(self) -> bool:
        """Whether it reaches to the end of the line."""
        return self in _RESTS

    @property
    def is_hidden(self) -> bool:
        """Whether it runs what nobody who reads the line can see."""
        return self in _HIDDEN

    @property
    def is_data(self) -> bool:
        """Whether it is JSON or SNBT."""
        return self in _DATA


_RESTS = frozenset(list(ArgumentKind)[list(ArgumentKind).index(ArgumentKind.TEXT) :])
_HIDDEN = frozenset({ArgumentKind.UNSEEN, ArgumentKind.STORED, ArgumentKind.CODE})
_DATA = frozenset({ArgumentKind.JSON, ArgumentKind.SNBT})


@stable_name("Choice")
@dataclass(frozen=True, slots=True)
class Choice:
    """What follows is decided by the word that stands here: one of `forms`, else `otherwise`.

    `anywhere` are words that count wherever they stand in the rest of the line, as `run` of `execute`: where
    it may come is up to selectors and data, so every one counts, even in text that is only said.
    """

    forms: Mapping[str, Form] = field(default_factory=dict)
    otherwise: Form | None = None
    anywhere: Mapping[str, Form] = field(default_factory=dict)


Form = tuple[ArgumentKind | Choice, ...]
"""What stands behind a word, in order. What comes after its end may be players' names, and no other value."""

PLAYERS: Form = ()


@stable_name("Grammar")
@dataclass(frozen=True, slots=True)
class Grammar:
    """The commands of one game, by their word in lower case, without slash and namespace.

    `grants` are those that make somebody an operator. `runs_inside` are texts that turn a string in JSON or
    SNBT into a command, as `run_command`; in small letters, without quotes and spaces. `separator` is what
    separates commands on one line, empty if the game takes one command per line. With `slash` every
    command begins with one, and what is typed without it is said aloud.
    """

    commands: Mapping[str, Form] = field(default_factory=dict)
    grants: frozenset[str] = frozenset()
    runs_inside: frozenset[str] = frozenset()
    separator: str = ""
    slash: bool = False

    def over(self, other: Grammar) -> Grammar:
        """The other's commands with these over them, and its separator and slash where this has none."""
        return Grammar(
            {**other.commands, **self.commands},
            self.grants | other.grants,
            self.runs_inside | other.runs_inside,
            self.separator or other.separator,
            self.slash or other.slash,
        )
