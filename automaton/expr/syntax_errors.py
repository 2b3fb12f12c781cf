"""What was probably meant by a text that is no expression: lark's errors in an operator's words."""

from __future__ import annotations

from dataclasses import replace

from lark.exceptions import UnexpectedToken

from automaton.problem import Problem

_OF_OTHER_LANGUAGES = {
    "&&": "and",
    "||": "or",
    "!": "not",
    "=": "==",
    "=~": "matches(it.player, '…')",
    "~=": "matches(it.player, '…')",
    "<>": "!=",
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "IN": "in",
    "is": "==",
}

_CLOSING = {"(": ")", "[": "]"}


def explain_token(error: UnexpectedToken, text: str) -> Problem:
    """For a word that the grammar does not take here."""
    is_end = error.token.type == "$END"
    offset = len(text) if is_end else (error.token.start_pos or 0)
    found = "the end" if is_end else f"`{str(error.token)[:40]}`"
    word = str(error.token)
    expects_value = "QUANTITY" in error.expected
    if word in _OF_OTHER_LANGUAGES:
        problem = _foreign(word, "a value" if expects_value else "an operator")
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
    foreign = next((rest[:width] for width in (2, 1) if rest[:width] in _OF_OTHER_LANGUAGES), "")
    if rest[0] in "\"'":
        found = f"`{rest[:40]}`"
        problem = Problem("the text is not closed", expected=f"another {rest[0]}")
    elif foreign:
        found = f"`{foreign}`"
        problem = _foreign(foreign, "an operator")
    elif rest[0] == "%":
        problem = Problem("`%` stands right behind its number", expected="a percent", suggestion="90%")
    elif rest[0] == "$":
        message = "an expression stands bare here, without `${…}`"
        problem = Problem(message, expected="a name, a number or a text")
    else:
        message = "this character is not part of the language"
        problem = Problem(message, expected="a name, a number or an operator")
    return replace(problem, offset=offset, found=found)


def _foreign(word: str, expected: str) -> Problem:
    message = f"`{word}` is not a word of this language"
    return Problem(message, expected=expected, suggestion=_OF_OTHER_LANGUAGES[word])


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
