"""What a text must be to stand where a command takes a name, a word or a number.

Law: it fits as it is, or not at all. A name that had to be changed would be another player's.
"""

from __future__ import annotations

import re

from automaton.core.command_grammar import ArgumentKind
from automaton.core.pack import Pack

# Of a game whose names nobody described: letters, digits, and inside also a few signs and single spaces.
ANY_NAME = re.compile(r"\w(?:[\w.'-]| (?! )){0,30}[\w.]|\w")
LONGEST_NAME = 64  # characters; the longest that a known game gives are Factorio's, with up to 60

# What ends or begins something in one console or another, so that no game may be told of it as a name.
_NEVER_IN_A_NAME = re.compile(r"[\"\\;`\x00-\x1f\x7f-\xa0\u2028-\u202e\u2066-\u2069]")
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,6})?")  # bounded, so that no game overflows on it
# An id, a map, a coordinate; never `..`, and no minus before a letter: that would be an option.
_WORD = re.compile(r"(?:-(?=[0-9]))?[A-Za-z0-9_](?:[A-Za-z0-9_:+-]|[./](?!\.)){0,63}")
# Who is meant behind `#`: a number or an account of Steam's, as games print them.
_ACCOUNT = re.compile(r"[0-9]{1,20}|STEAM_[0-9]:[0-9]:[0-9]{1,12}|\[[A-Z]:[0-9]:[0-9]{1,12}\]")


def is_name(text: str, pack: Pack) -> bool:
    """Whether a player can be called this in the game, and it selects nobody else."""
    if not text or len(text) > LONGEST_NAME or text[0] in pack.selectors or text != text.strip():
        return False
    if _NEVER_IN_A_NAME.search(text) or any(char.isspace() and char != " " for char in text):
        return False
    if pack.names is None:
        return ANY_NAME.fullmatch(text) is not None
    return pack.names.find(text) is not None


def is_number(text: str) -> bool:
    """Whether it is a plain number of at most nine digits before the point."""
    return _NUMBER.fullmatch(text) is not None


def is_word(text: str) -> bool:
    """Whether it is a single plain word, as an id or the name of a map is."""
    return _WORD.fullmatch(text) is not None


def is_account(text: str) -> bool:
    """Whether it is a number or an account of one player, as it may stand behind `#`."""
    return _ACCOUNT.fullmatch(text) is not None


def fits(kind: ArgumentKind, text: str, pack: Pack) -> bool:
    """Whether a text can be an argument of this kind. What reaches to the end of the line is any text."""
    match kind:
        case ArgumentKind.PLAYER:
            return is_name(text.strip('"'), pack)
        case ArgumentKind.NUMBER:
            return is_number(text)
        case ArgumentKind.WORD:
            return is_word(text.strip('"'))
        case _:
            return True
