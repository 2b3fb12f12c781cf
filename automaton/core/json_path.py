"""A place in JSON, written as `a.b[0]`, and what stands there.

What is read was answered by a stranger: nothing here raises, and what is no plain value is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from math import isfinite

from automaton.core.truth import Plain

JsonPath = tuple[str | int, ...]

MOST_STEPS = 16  # deeper answers are not met, and each is looked up at every evaluation
LARGEST_WHOLE = 2**53
"""Up to here a whole number is the same in every reader of JSON; beyond it, it would not even be a float."""

_STEP = re.compile(r"\.([^.\[\]]+)|\[(-?\d{1,3})\]")


@lru_cache(maxsize=1024)  # as many as rules may name; parsed anew beyond that
def parse_json_path(text: str) -> JsonPath | None:
    """The steps of a path, names and places from 0, or from -1 at the end; None where it is no path."""
    steps: list[str | int] = []
    at, text = 0, text if text.startswith("[") else f".{text}"
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            return None
        name, place = found.groups()
        steps.append(name if name is not None else int(place))
        at = found.end()
    return tuple(steps) if 0 < len(steps) <= MOST_STEPS else None


def read_json(text: str, path: JsonPath) -> Plain:
    """What stands at a path of this JSON; None where nothing does, or where the text is no JSON.

    A list of plain values is a list; any other, and an object, is its own JSON.
    """
    try:
        found = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    for step in path:
        found = _inside(found, step)
    return _plain(found)


def pruned(text: str, path: JsonPath) -> str:
    """What of this JSON lies on the path, as JSON in which the path still leads there, if but to null.

    A text that is no JSON stays as it is.
    """
    try:
        found = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return text
    for step in path:
        found = _inside(found, step)
    for step in reversed(path):
        match step:
            case str():
                found = {step: found}
            case _ if step < 0:
                found = [found, *[None] * (-step - 1)]
            case _:
                found = [*[None] * step, found]
    return json.dumps(found, ensure_ascii=False)


def is_json(text: str) -> bool:
    """Whether it is JSON at all: what was cut is not."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _inside(found: object, step: str | int) -> object:
    match found, step:
        case dict(), str():
            return found.get(step)
        case list(), int() if -len(found) <= step < len(found):
            return found[step]
    return None


def _plain(found: object) -> Plain:
    match found:
        case list() if all(not isinstance(one, list | dict) for one in found):
            return _items(found)
        case list() | dict():
            return json.dumps(found, ensure_ascii=False)
        case bool() | str():
            return found
        case int():
            return found if abs(found) <= LARGEST_WHOLE else None
        case float():
            return found if isfinite(found) else None
    return None


def _items(found: Sequence[object]) -> Plain:
    items = tuple(_plain(one) for one in found)
    return None if any(one is None for one in items) else items
