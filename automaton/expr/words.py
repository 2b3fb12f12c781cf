"""What a text that is no expression probably meant: lark's findings, told to an operator."""

from __future__ import annotations

from lark.exceptions import UnexpectedToken

from automaton.expr.problem import ExpressionError

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


def explain_token(error: UnexpectedToken, text: str) -> ExpressionError:
    """A word that does not stand here."""
    offset = len(text) if error.token.type == "$END" else (error.token.start_pos or 0)
    found = "the end" if error.token.type == "$END" else f"`{str(error.token)[:40]}`"
    word = str(error.token)
    expects_value = "QUANTITY" in error.expected
    if word in _OF_OTHER_LANGUAGES:
        return _foreign(offset, word, "a value" if expects_value else "an operator")
    if error.token.type == "COMPARE" and "AND" in error.expected:
        return ExpressionError(
            offset, "comparisons do not chain", found, "`and`, `or` or the end", "a < b and b < c"
        )
    if expects_value:
        return ExpressionError(offset, "a value is missing", found, "a name, a number, a text or `(`")
    if "NAME" in error.expected:
        return ExpressionError(offset, "a name is missing", found, "the name of a field, as in `it.player`")
    if word in _CLOSING.values():
        return ExpressionError(offset, f"{found} closes nothing", found, "an operator or the end")
    if opened := _still_open(text[:offset]):
        closing = _CLOSING[opened]
        return ExpressionError(offset, f"`{closing}` is missing", found, f"an operator or `{closing}`")
    return ExpressionError(offset, "an operator is missing", found, "an operator or the end")


def explain_character(text: str, offset: int) -> ExpressionError:
    """A character that begins no word of the language."""
    rest = text[offset:]
    if rest[0] in "\"'":
        return ExpressionError(offset, "the text is not closed", f"`{rest[:40]}`", f"another {rest[0]}")
    for width in (2, 1):
        if (word := rest[:width]) in _OF_OTHER_LANGUAGES:
            return _foreign(offset, word, "an operator")
    if rest[0] == "%":
        return ExpressionError(offset, "`%` stands right behind its number", "`%`", "a percent", "90%")
    if rest[0] == "$":
        return ExpressionError(
            offset, "an expression stands bare here, without `${…}`", "`$`", "a name, a number or a text"
        )
    return ExpressionError(
        offset,
        "this character is not part of the language",
        f"`{rest[0]}`",
        "a name, a number or an operator",
    )


def _foreign(offset: int, word: str, expected: str) -> ExpressionError:
    ours = _OF_OTHER_LANGUAGES[word]
    return ExpressionError(offset, f"`{word}` is not a word of this language", f"`{word}`", expected, ours)


def _still_open(text: str) -> str:
    """The innermost bracket that is open at the end of this text, or nothing."""
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
