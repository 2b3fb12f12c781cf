"""What a pack has a game asked or told: the commands to type, and the lines that answer."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import ValidationInfo, model_validator

from automaton.match.pattern import Pattern as CompiledPattern
from automaton.schema.annotations import ReadBy
from automaton.schema.base import Duration, OneOrMany, Strict, TemplateText, Text
from automaton.schema.invalid import invalid
from automaton.schema.readers import pattern
from automaton.schema.scalar import Scalar, Style

TEXT = "text"
"""The blank of a broadcast."""


class Broadcast(Strict):
    """A command with `${text}` where the text goes."""

    send: TemplateText

    @model_validator(mode="after")
    def _says_it(self) -> Self:
        if TEXT not in self.send.names:
            message = "what is to be said stands nowhere in it: it would say the same whatever a rule says"
            raise invalid("says-nothing", message, self.send.origin, offset=0, expected="`${text}`")
        return self


def _answer(value: object, info: ValidationInfo) -> object:
    """A bare word is the name of a pattern or event of the pack, a text in quotes is a pattern itself."""
    return value if isinstance(value, Scalar) and value.style is Style.PLAIN else pattern(value, info)


Answer = Annotated[str | CompiledPattern, ReadBy(_answer, {"type": "string"})]
"""A name of the pack's `patterns` or `events`, or an RE2 pattern in single quotes."""


class QuestionModel(Strict):
    """Commands to type, and what the game prints when it has done so.

    ```yaml
    send: save-all
    wait: world_saved
    within: 60s
    ```
    """

    send: OneOrMany[Text]
    wait: Answer
    within: Duration = 60.0
