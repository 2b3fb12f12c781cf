"""What can be wrong with an expression, with the offset of the character where it shows."""

from __future__ import annotations

from dataclasses import dataclass

from automaton.errors import AutomatonError


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionProblem:
    """One mistake. `offset` counts characters from 0; `suggestion` is what to write instead, or empty."""

    offset: int
    message: str
    found: str = ""
    expected: str = ""
    suggestion: str = ""


class ExpressionError(AutomatonError, ValueError):
    """A text that is no expression. Also a ValueError, so that a model's field may raise it."""

    def __init__(
        self, offset: int, message: str, found: str = "", expected: str = "", suggestion: str = ""
    ) -> None:
        self.offset = offset
        self.message = message
        self.found = found
        self.expected = expected
        self.suggestion = suggestion
        super().__init__(message)

    def moved(self, by: int) -> ExpressionError:
        """The same mistake, in a text in which the expression begins `by` characters later."""
        return ExpressionError(self.offset + by, self.message, self.found, self.expected, self.suggestion)
