"""What a line that YAML cannot read was meant to be, so that it can be shown as it is written right.

Guesses by the look of a line, for messages only: nothing is ever read from what comes out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from automaton.schema.scalar import single_quoted

_KEY = re.compile(r"(?:^|[\s{,\[])([\w.-]+:)\s+$")
_ANY_KEY = re.compile(r"(?:^|[\s{,\[])([\w.-]+:)\s+(?=[^\s\"'{\[])")
_COMMENT = re.compile(r"\s+#.*")
_BEGINS_A_QUOTE = re.compile(r"(?:[:,\[{-]\s*|^\s*)'")
_ENDS_A_QUOTE = re.compile(r"'\s*(?:[,}\]]|#|$)")
_ENTRY = re.compile(r"(\s*)(- )?(\s*)([\w.-]+)")


def in_double_quotes(line: str, column: int) -> str:
    """The value that begins in this column in quotes, behind its key if it has one."""
    return _with_key(line, column, f'"{_value(line, column)}"')


def value_at(line: str, column: int) -> str:
    """The value without quotes that begins in this column: inside of `{…}` up to the next `,`."""
    return _value(line, column)


def in_single_quotes(line: str, column: int) -> str:
    """The bare value around this column in single quotes, behind its key; empty where there is none."""
    keys = [found for found in _ANY_KEY.finditer(line) if found.end() <= column]
    if not keys:
        return ""
    value = _value(line, keys[-1].end())
    return f"{keys[-1][1]} {single_quoted(swapped_quotes(value))}"


def swapped_quotes(expression: str) -> str:
    """An expression with its texts in double quotes, so that it can stand in single ones."""
    return expression if '"' in expression else expression.replace("'", '"')


def text_in_double_quotes(line: str) -> str:
    """The first bare text with `${` in it in double quotes, behind its key; empty where there is none."""
    for found in _ANY_KEY.finditer(line):
        value = _value(line, found.end())
        if "${" in value and '"' not in value:
            return f'{found[1]} "{value}"'
    return ""


def with_doubled_apostrophes(line: str, column: int) -> str:
    """The text in single quotes that YAML believes to end before this column; empty where none is seen."""
    begins = [found.end() for found in _BEGINS_A_QUOTE.finditer(line) if found.end() < column]
    end = _ENDS_A_QUOTE.search(line, column)
    if not begins or end is None:
        return ""
    return single_quoted(line[begins[-1] : end.start()].replace("''", "'"))


def place_meant(lines: Sequence[str], row: int) -> tuple[int, str]:
    """The column at which this line was meant to begin, and the line above of the same kind that does.

    An item of a list belongs under an item, a key under a key. (0, "") where there is none.
    """
    deep, is_item, _ = _begins(lines[row])
    candidates: list[tuple[int, str]] = []
    for line in reversed(lines[:row]):
        column, above_is_item, word = _begins(line)
        if word and above_is_item is is_item:
            candidates.append((column, f"- {word}" if is_item else word))
        if word and not is_item and above_is_item:  # the first key of an item is a key as well
            candidates.append((column + 2, word))
        if word and column < deep and candidates:
            break
    return min(candidates, key=lambda one: abs(one[0] - deep), default=(0, ""))


def _begins(line: str) -> tuple[int, bool, str]:
    """The column of what a line says, whether it is an item, and its first word; no word for a blank one."""
    found = _ENTRY.match(line)
    if found is None or line.lstrip().startswith("#"):
        return 0, False, ""
    return len(found[1]), found[2] is not None, found[4]


def _with_key(line: str, column: int, value: str) -> str:
    key = _KEY.search(line[:column])
    return f"{key[1]} {value}" if key is not None else value


def _value(line: str, column: int) -> str:
    """Up to the `,` or the bracket that ends it inside of `{…}` and `[…]`, else the whole line."""
    before = line[:column]
    rest = _COMMENT.sub("", line[column:])
    if before.count("{") + before.count("[") <= before.count("}") + before.count("]"):
        return rest.strip()
    depth, quote = 0, ""
    for index, char in enumerate(rest):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and not rest[index - 1 : index].isalnum():  # and no apostrophe
            quote = char
        elif char in "([{":
            depth += 1
        elif depth == 0 and char in ",]}":
            return rest[:index].strip()
        elif char in ")]}":
            depth -= 1
    return rest.strip()
