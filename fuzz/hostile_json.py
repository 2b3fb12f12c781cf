"""Makes JSON hostile at one place: any node of any shape becomes null, huge, negative, deep, long or twice.

libFuzzer changes bytes, and most changed bytes are no JSON any more; this reaches what lies behind the
decoder. Any line of an input that is JSON is changed, and JSON inside a text of it as well.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

# As JSON text, for Python would write some of them otherwise or not at all.
HOSTILE = (
    "null", "true", "false", "0", "-1", "-0.0", "1.5", "1e308", "-1e308", "1e999", "1e-320",
    "1" + "0" * 400, "9223372036854775807", "9223372036854775808", "18446744073709551616", "NaN", "Infinity",
    '""', '"0"', '"NaN"', '"\\u0000"', '"\\ud800"', '"\\u001b[31m\\u202e"', '"\\r\\n"',
    '"' + "x" * 5000 + '"',
    '"' + "\\ud83d\\ude00" * 300 + '"', "[]", "{}", "[null]", "[[]]", '{"":null}', "[" * 60 + "]" * 60,
    '["' + '","'.join("a" * 300) + '"]',
)  # fmt: skip

_MARK = "\ue000hostile"
_NESTED = 0.5  # how often a text that is JSON itself is changed inside, not replaced


def mutated(data: bytes, chance: Random) -> bytes | None:
    """The input with one of its lines of JSON changed; None where no line is JSON."""
    lines = data.split(b"\n")
    candidates = [place for place, line in enumerate(lines) if line[:1] in (b"{", b"[")]
    chance.shuffle(candidates)
    for place in candidates[:3]:
        changed = _changed(lines[place], chance)
        if changed is not None:
            return b"\n".join([*lines[:place], changed, *lines[place + 1 :]])
    return None


def _changed(line: bytes, chance: Random) -> bytes | None:
    try:
        tree = json.loads(line)
        hostile = chance.choice(HOSTILE)
        text = json.dumps(_at_one_place(tree, chance))
    except (ValueError, RecursionError):
        return None
    mark = json.dumps(_MARK)
    return text.replace(mark, hostile).encode(errors="surrogatepass")


def _at_one_place(tree: object, chance: Random) -> object:
    places = _places(tree)
    if not places:
        return _MARK
    holder, key = chance.choice(places)
    value = holder[key]
    match chance.randrange(5):
        case 0 if isinstance(holder, dict):
            del holder[key]
        case 1 if isinstance(holder, list):
            holder.append(value)
        case 2 if isinstance(holder, dict):
            holder[f"{key}{chance.choice(['', ' ', '_'])}"] = _MARK
        case _:
            holder[key] = _inside(value, chance)
    return tree


def _inside(value: object, chance: Random) -> object:
    if isinstance(value, str) and value[:1] in ("{", "[") and chance.random() < _NESTED:
        changed = _changed(value.encode(errors="surrogatepass"), chance)
        if changed is not None:
            return changed.decode(errors="replace")
    return _MARK


def _places(tree: object) -> list[tuple[Any, Any]]:
    """Every value below the root, by what holds it and its key there."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            found += [(node, key) for key in node]
            waiting += node.values()
        elif isinstance(node, list):
            found += [(node, number) for number in range(len(node))]
            waiting += node
    return found
