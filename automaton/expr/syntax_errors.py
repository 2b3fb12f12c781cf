"""What was probably meant by a text that is no expression: lark's errors in an operator's words."""

from __future__ import annotations

import re
from dataclasses import replace

from lark.exceptions import UnexpectedToken

from automaton.problem import Problem
from automaton.words_of_others import At, Meant, meant

_SIGNS = frozenset("=!<>&|~^?*/%≥≤:")
"""Characters of which operators are made, here or elsewhere."""

_IN_BRACES = re.compile(r"\$?\{+\s*([^{}]*?)\s*\}+")
_BEFORE = re.compile(r"([A-Za-z_][\w.]*)\s*$")
_BEHIND = re.compile(r"""\s*("[^"]*"|'[^']*')""")
_CLOSING = {"(": ")", "[": "]"}


def explain_token(error: UnexpectedToken, text: str) -> Problem:
    """For a word that the grammar does not take here."""
    is_end = error.token.type == "$END"
    offset = len(text) if is_end else (error.token.start_pos or 0)
    found = "the end" if is_end else f"`{str(error.token)[:40]}`"
    word = str(error.token)
    expects_value = "QUANTITY" in error.expected
    if not is_end and word[0] in _SIGNS:
        begin, sign = _sign_at(text, offset)
        offset, word = (begin, sign) if meant(At.OPERATOR, sign) is not None else (offset, word)
    foreign = None if is_end else meant(At.OPERATOR, word)
    if foreign is not None:
        found = f"`{word}`"
        problem = _foreign(word, foreign, "a value" if expects_value else "an operator", text, offset)
    elif error.token.type == "COMPARE" and "AND" in error.expected:
        problem = Problem(
            "comparisons do not chain", expected="`and`, `or` or the end", suggestion="a < b and b < c"
        )
    elif expects_value:
        problem = Problem("a value is missing", expected="a name, a number, a text or `(`")
    elif "NAME" in error.expected:
        problem = Problem("a name is missing", expected="the name of a field, as in `it.player`")
    elif word in _CLOSING.values():
        problem = Problem(f"{found} closes nothing", expected="an operator or the end")
    elif opened := _still_open(text[:offset]):
        closing = _CLOSING[opened]
        problem = Problem(f"`{closing}` is missing", expected=f"an operator or `{closing}`")
    else:
        problem = Problem("an operator is missing", expected="an operator or the end")
    return replace(problem, offset=offset, found=found)


def explain_character(text: str, offset: int) -> Problem:
    """For a character that begins no word of the language."""
    rest = text[offset:]
    found = f"`{rest[0]}`"
    begin, sign = _sign_at(text, offset)
    foreign = meant(At.OPERATOR, sign)
    if rest[0] in "\"'":
        found = f"`{rest[:40]}`"
        problem = Problem("the text is not closed", expected=f"another {rest[0]}")
    elif foreign is not None:
        found, offset = f"`{sign}`", begin
        problem = _foreign(sign, foreign, "an operator", text, begin)
    elif rest[0] == "%":
        problem = Problem("`%` stands right behind its number", expected="a percent", suggestion="90%")
    elif rest[0] in "{$":
        message = f"an expression stands bare here, without `{'{{…}}' if rest[0] == '{' else '${…}'}`"
        bare = _IN_BRACES.sub(r"\1", text).strip()
        problem = Problem(message, expected="a name, a number or a text", suggestion=bare)
    else:
        message = "this character is not part of the language"
        problem = Problem(message, expected="a name, a number or an operator")
    return replace(problem, offset=offset, found=found)


def _sign_at(text: str, offset: int) -> tuple[int, str]:
    """Where the operator begins to which a character belongs, and the operator: `===` as a whole."""
    begin, end = offset, offset + 1
    while begin > 0 and text[begin - 1] in _SIGNS:
        begin -= 1
    while end < len(text) and text[end] in _SIGNS:
        end += 1
    if text[offset] in _SIGNS:
        for first, last in ((begin, end), (offset, min(offset + 2, end)), (offset, offset + 1)):
            if meant(At.OPERATOR, text[first:last]) is not None:
                return first, text[first:last]
    return offset, text[offset]


def _foreign(word: str, instead: Meant, expected: str, text: str, offset: int) -> Problem:
    message = f"`{word}` is not a word of this language" + (f": {instead.why}" if instead.why else "")
    write = instead.write
    left, right = _BEFORE.search(text[:offset]), _BEHIND.match(text[offset + len(word) :])
    if "(" in write and left is not None and right is not None:  # the function with what stands here
        write = f"{write.partition('(')[0]}({left[1]}, {right[1]})"
    return Problem(message, expected="" if instead.why else expected, suggestion=write)


def _still_open(text: str) -> str:
    """The innermost bracket that is still open at the end of this text; empty where none is."""
    opened: list[str] = []
    quote = ""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in _CLOSING:
            opened.append(char)
        elif opened and char == _CLOSING[opened[-1]]:
            opened.pop()
    return opened[-1] if opened else ""
