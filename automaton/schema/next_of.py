"""Texts of which the next one is said each time: `{next: [..]}`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ValidationInfo

from automaton.core.canonical import fingerprint_of_value
from automaton.core.rules.turns import place_of
from automaton.expr.template import Template
from automaton.schema import nodes, readers
from automaton.schema.annotations import ReadBy
from automaton.schema.base import OneOrMany, Strict, TemplateText
from automaton.schema.context import ValidationContext
from automaton.schema.invalid import Reported
from automaton.schema.validate import fit_into

_SCALARS = ["string", "number", "boolean"]
_SCHEMA = {
    "anyOf": [
        {"type": _SCALARS},
        {
            "type": "object",
            "required": ["next"],
            "additionalProperties": False,
            "properties": {
                "next": {
                    "anyOf": [
                        {"type": _SCALARS},
                        {"type": "array", "minItems": 1, "items": {"type": _SCALARS}},
                    ]
                },
                "order": {"enum": ["listed", "random"]},
            },
        },
    ]
}


class NextOf(Strict):
    """A list of texts that take turns, `listed` or `random`: shuffled, all once before any twice.

    ```yaml
    next: ["Read /rules", "Vote for us: /vote"]
    order: random
    ```
    """

    next: OneOrMany[TemplateText]
    order: Literal["listed", "random"] = "listed"

    @property
    def name(self) -> str:
        """The same for the same texts in the same order, by which a rule remembers whose turn it is."""
        return fingerprint_of_value((self.order, tuple(text.source for text in self.next)))

    def text(self, turn: int, seed: str) -> Template:
        """The text whose turn it is for the `turn`-th time, shuffled by this seed."""
        shuffled_by = f"{seed}/{self.name}" if self.order == "random" else ""
        return self.next[place_of(turn, len(self.next), shuffled_by)]


def _said(value: object, info: ValidationInfo) -> object:
    if isinstance(value, NextOf):
        return value
    if not isinstance(value, nodes.Mapping) or not isinstance(info.context, ValidationContext):
        return readers.template(value, info)
    found = fit_into(info.context, value, NextOf)
    if found is None:
        raise Reported
    return found


TextOrNext = Annotated[Template | NextOf, ReadBy(_said, _SCHEMA)]
"""A text, or a list of them of which the next is taken each time."""
