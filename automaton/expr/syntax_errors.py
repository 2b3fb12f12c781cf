"""What was probably meant by a text that is no expression: lark's errors in an operator's words."""

from __future__ import annotations

from lark.exceptions import UnexpectedToken

from automaton.errors import Invalid
from automaton.problem import Problem

_OF_OTHER_LANGUAGES = {
    "&&": "and",
    "||": "or",
    "!": "not",
    "=": "==",
    "=~": "==",
    "<>": "!=",
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "IN": "in",
    "is": "==",
}

_CLOSING = {"(": ")", "[": "]"}


def explain_token(error: UnexpectedToken, text: str) -> Invalid:
    """For a word that the grammar does not take here."""
    offset = len(text) if error.token.type == "$END" else (error.token.start_pos or 0)
    found = "the end" if error.token.type == "$END" else f"`{str(error.token)[:40]}`"
    word = str(error.token)
    expects_value = "QUANTITY" in error.expected
    if word in _OF_OTHER_LANGUAGES:
        return _foreign(offset, word, "a value" if expects_value else "an operator")
    if error.token.type == "COMPARE" and "AND" in error.expected:
        return Invalid(
            Problem(
                "comparisons do not chain",
                offset=offset,
                found=found,
                expected="`and`, `or` or the end",
                suggestion="a < b and b < c",
            )
        )
    if expects_value:
        return Invalid(
            Problem(
                "a value is missing", offset=offset, found=found, expected="a name, a number, a text or `(`"
            )
        )
    if "NAME" in error.expected:
        return Invalid(
            Problem(
                "a name is missing",
                offset=offset,
                found=found,
                expected="the name of a field, as in `it.player`",
            )
        )
    if word in _CLOSING.values():
        return Invalid(
            Problem(f"{found} closes nothing", offset=offset, found=found, expected="an operator or the end")
        )
    if opened := _still_open(text[:offset]):
        closing = _CLOSING[opened]
        return Invalid(
            Problem(
                f"`{closing}` is missing", offset=offset, found=found, expected=f"an operator or `{closing}`"
            )
        )
    return Invalid(
        Problem("an operator is missing", offset=offset, found=found, expected="an operator or the end")
    )


def explain_character(text: str, offset: int) -> Invalid:
    """For a character that begins no word of the language."""
    rest = text[offset:]
    if rest[0] in "\"'":
        return Invalid(
            Problem(
                "the text is not closed", offset=offset, found=f"`{rest[:40]}`", expected=f"another {rest[0]}"
            )
        )
    for width in (2, 1):
        if (word := rest[:width]) in _OF_OTHER_LANGUAGES:
            return _foreign(offset, word, "an operator")
    if rest[0] == "%":
        return Invalid(
            Problem(
                "`%` stands right behind its number",
                offset=offset,
                found="`%`",
                expected="a percent",
                suggestion="90%",
            )
        )
    if rest[0] == "$":
        return Invalid(
            Problem(
                "an expression stands bare here, without `${…}`",
                offset=offset,
                found="`$`",
                expected="a name, a number or a text",
            )
        )
    return Invalid(
        Problem(
            "this character is not part of the language",
            offset=offset,
            found=f"`{rest[0]}`",
            expected="a name, a number or an operator",
        )
    )


def _foreign(offset: int, word: str, expected: str) -> Invalid:
    ours = _OF_OTHER_LANGUAGES[word]
    return Invalid(
        Problem(
            f"`{word}` is not a word of this language",
            offset=offset,
            found=f"`{word}`",
            expected=expected,
            suggestion=ours,
        )
    )


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
