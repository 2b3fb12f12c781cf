"""Which kind of trigger or action a mapping is: the one whose word is among its keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid
from automaton.schema import nodes
from automaton.schema.invalid import invalid
from automaton.schema.kinds import ActionModel, TriggerModel
from automaton.schema.readers import shape
from automaton.schema.scalar import Scalar
from automaton.words_of_others import At, Meant, meant, meant_word

_LIKE_CRON = re.compile(r"\s*(?:[-0-9*/,a-zA-Z]+\s+){4}[-0-9*/,a-zA-Z]+\s*")
_LIKE_AN_EXPRESSION = re.compile(r"[<>=]|\band\b|\bor\b|\bnot\b")

Kind = TypeVar("Kind", TriggerModel, ActionModel, covariant=True)


def kind_of(value: object, kinds: Mapping[str, type[Kind]], what: str) -> type[Kind]:
    """The one kind that the keys name. Raises Invalid for none, for two, and for what is no mapping."""
    if not isinstance(value, nodes.Mapping):
        message = f"{_with_article(what)} is a mapping"
        raise invalid("wrong-shape", message, value, found=shape(value), suggestion=_meant(value, what))
    named = [key for key in value if key in kinds]
    # A kind may have a key that is another kind's word: `countdown` has its own `say`.
    leading = [key for key in named if all(one == key or one in kinds[key].known_keys() for one in named)]
    if len(leading) == 1:
        return kinds[leading[0]]
    if named:
        both = " and ".join(f"`{key}`" for key in named)
        message = f"{both} are two {what}s: each stands in an entry of its own"
        shown = [_shown(value, key) for key in named]
        each = ", ".join(f"`- {one}`" for one in shown) if what == "action" else ""
        either = f"any: [{', '.join(f'{{{one}}}' for one in shown)}]" if what == "trigger" else ""
        raise invalid("two-kinds", message, named[1], found=both, expected=each, suggestion=either)
    first = next(iter(value), None)
    if first is None:
        expected = ", ".join(f"`{word}`" for word in kinds)
        raise invalid("unknown-kind", f"an empty {what}", expected=expected)
    raise _unknown(first, kinds, what)


def _unknown(word: Scalar, kinds: Mapping[str, type[Kind]], what: str) -> Invalid:
    """The error for a word that is no kind: what another system means by it, or the nearest."""
    found = meant(At.ACTION if what == "action" else At.TRIGGER, word)
    verb, _, rest = word.partition(" ")
    if found is None and verb in kinds and rest:
        found = Meant(f"{verb}: {rest}", "a colon stands between the word and its value")
    if found is None or found.write in kinds:
        near = found.write if found is not None else nearest(word, list(kinds))
        expected = "" if near else ", ".join(f"`{one}`" for one in kinds)
        message = f"unknown {what} `{word}`{did_you_mean(near)}"
        return invalid("unknown-kind", message, word, offset=0, expected=expected, suggestion=near or "")
    message = f"unknown {what} `{word}`" + (f": {found.why}" if found.why else "")
    return invalid("unknown-kind", message, word, offset=0, suggestion=found.write)


def _meant(value: object, what: str) -> str:
    """What to write for a trigger that is no mapping: a list was several, a bare text is told by its look."""
    if what != "trigger":
        return ""
    if isinstance(value, nodes.Sequence):
        return "any: […]"
    if not isinstance(value, Scalar) or value.is_null:
        return ""
    if "->" in value:
        return f"{{state: {value}}}"
    if _LIKE_CRON.fullmatch(value):
        return f'{{schedule: "{value}"}}'
    if value.startswith("^"):
        return "{console: '" + value.replace("'", "''") + "'}"
    if _LIKE_AN_EXPRESSION.search(value):
        return f"while: {value}"
    return f"{{event: {_event_meant(value)}}}"


def _event_meant(word: str) -> str:
    return meant_word(At.EVENT, word) or word


def _shown(value: nodes.Mapping, key: str) -> str:
    """A key with its value as it is written; `…` for what is more than a line."""
    written = value.find(key)
    source = written.source if isinstance(written, Scalar) else ""
    is_a_line = source and "\n" not in source
    return f"{key}: {source if is_a_line else '…'}"


def _with_article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
