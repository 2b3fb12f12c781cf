"""The functions of texts: what they say of the values that they are given.

Three-valued as everything else: of what is unknown, and of what is no text, nothing is known. A number in a
field of the match is the text that it is written as; a truth or a list is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from automaton.core.truth import Plain, Value
from automaton.match.pattern import Pattern


def apply_to_texts(function: str, values: Sequence[Value], pattern: Pattern | None) -> Value:
    """The value of one of these functions; unknown where one of its texts is."""
    until = min(value.until for value in values)
    texts = [_text(value.plain) for value in values]
    if any(text is None for text in texts):
        return Value(None, until)
    if function == "matches":
        return Value(None if pattern is None else pattern.find(texts[0] or "") is not None, until)
    return Value(_WHAT[function](*texts), until)


def _text(plain: Plain) -> str | None:
    match plain:
        case str():
            return plain
        case bool() | tuple() | None:
            return None
        case int() | float():
            return str(plain)


def _contains(text: str, part: str) -> bool:
    return part in text


_WHAT: Mapping[str, Callable[..., Plain]] = {"contains": _contains, "lower": str.lower, "len": len}
