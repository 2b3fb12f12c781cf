"""Which kind of trigger or action a mapping is: the one whose word is among its keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from automaton.did_you_mean import did_you_mean, nearest
from automaton.schema import nodes
from automaton.schema.invalid import invalid
from automaton.schema.kinds import ActionModel, TriggerModel
from automaton.schema.readers import shape
from automaton.schema.scalar import Scalar

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
        raise invalid("two-kinds", f"{both} are two {what}s: each stands in an entry of its own", named[1])
    first = next(iter(value), None)
    if first is None:
        expected = ", ".join(f"`{word}`" for word in kinds)
        raise invalid("unknown-kind", f"an empty {what}", expected=expected)
    near = nearest(first, list(kinds))
    expected = "" if near else ", ".join(f"`{word}`" for word in kinds)
    message = f"unknown {what} `{first}`{did_you_mean(near)}"
    raise invalid("unknown-kind", message, first, offset=0, expected=expected, suggestion=near or "")


def _meant(value: object, what: str) -> str:
    """What to write for a trigger that is no mapping: a list was several, a bare word an event."""
    if what != "trigger":
        return ""
    if isinstance(value, nodes.Sequence):
        return "any: […]"
    return f"{{event: {value}}}" if isinstance(value, Scalar) and not value.is_null else ""


def _with_article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
