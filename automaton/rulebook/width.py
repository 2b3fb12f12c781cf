"""The key `by`: how wide a rule looks, and by which values its incidents are told apart."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pydantic import ValidationInfo

from automaton.core.key import By
from automaton.did_you_mean import nearest
from automaton.expr.expression import Expression
from automaton.schema import nodes, readers
from automaton.schema.annotations import ReadBy
from automaton.schema.invalid import invalid
from automaton.schema.readers import shape
from automaton.schema.scalar import Scalar
from automaton.words_of_others import At, meant_word

WORDS = frozenset(by.value for by in By)
_EXPECTED = "`server`, `node`, `fleet`, or a list of expressions as `[it.player]`"


class Width(NamedTuple):
    """What an incident is about, and the expressions whose values tell incidents apart."""

    by: By = By.SERVER
    values: tuple[Expression, ...] = ()


def _width(value: object, info: ValidationInfo) -> object:
    if isinstance(value, Width):
        return value
    if isinstance(value, nodes.Sequence):
        if not value:
            raise invalid("empty-list", "an empty list says nothing", found="`[]`", expected=_EXPECTED)
        first = value[0]
        for other in value[1:]:
            if isinstance(other, Scalar) and other in WORDS:
                raise invalid(
                    "wrong-word", f"`{other}` stands first in the list, or not at all", other, offset=0
                )
        if isinstance(first, Scalar) and first in WORDS:
            return Width(By(first), tuple(readers.expression(one, info) for one in value[1:]))
        return Width(By.SERVER, tuple(readers.expression(one, info) for one in value))
    if not isinstance(value, str):
        raise invalid("wrong-shape", f"{_EXPECTED} is expected here", found=shape(value))
    if value in WORDS:
        return Width(By(value))
    word = meant_word(At.CHOICE, value)
    near = (word if word in WORDS else nearest(value, WORDS)) or (f"[{value}]" if "." in value else "")
    raise invalid("wrong-word", f"`{value}` is not possible here", value, expected=_EXPECTED, suggestion=near)


WidthText = Annotated[
    Width,
    ReadBy(
        _width,
        {
            "anyOf": [
                {"enum": [by.value for by in By]},
                {"type": "array", "minItems": 1, "items": {"type": "string"}},
            ]
        },
    ),
]
"""`server`, `node`, `fleet`, or a list of expressions that are added to it."""
