"""From a shape to a pattern: what is fixed as it stands, a group for the name, a form for each sign."""

from __future__ import annotations

import re
from collections.abc import Collection

from automaton.match.pattern import compile_pattern
from automaton.workbench.pack_draft.masks import ACCOUNTS, FORMS, NAME, REST, anonymous

NOBODY = ("Eve", "Alex", "Steve")
"""For whom a name is put in tests."""

_SPECIAL = re.compile(r"[\\.^$*+?()\[\]{}|]")
_CLOSED = {"<": ">", "'": "'", '"': '"', "[": "]", "(": ")"}
WORD = r'[^\s:<>"/|\[\]]+'
WORDS = f"{WORD}(?: {WORD}){{0,4}}"
"""A name that nothing encloses: as one word, or also with blanks where the log has such. It has no sign by
which games part a name from others: else `Eve: Bob has left.`, which Eve said, were of an `Eve: Bob`."""


def pattern_of(shape: str, *, name: str = WORD, has_account: bool = False) -> str:
    """As RE2, for a line as a whole; up to REST where the shape has that."""
    pieces, is_open = ["^"], True
    for at, sign in enumerate(shape):
        if sign == REST:
            return "".join(pieces)
        if sign == NAME:
            pieces.append(f"(?P<player>{_name_form(shape, at, name)})" if is_open else WORD)
            is_open = False
        elif sign in ACCOUNTS and has_account:
            pieces.append(f"(?P<account>{FORMS[sign]})")
            has_account = False
        else:
            pieces.append(FORMS.get(sign) or escaped(sign))
    return "".join([*pieces, "$"])


def escaped(text: str) -> str:
    """The text itself, as RE2."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def captured(pattern: str, body: str) -> str | None:
    """The name that the pattern finds in a line; "" where it names nobody, None where it does not match."""
    groups = compile_pattern(pattern).find(body)
    return None if groups is None else groups.get("player") or ""


def without_people(body: str, names: Collection[str]) -> str:
    """The line with nobody's names, addresses, accounts and ids."""
    for number, name in enumerate(names):
        body = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", NOBODY[number % len(NOBODY)], body)
    return anonymous(body)


def _name_form(shape: str, at: int, name: str) -> str:
    before, behind = shape[at - 1 : at], shape[at + 1 : at + 2]
    if behind and _CLOSED.get(before) == behind:
        return f"[^{escaped(behind)}]+"
    if before == '"' and behind == "<":
        return '[^"]+'
    return name
