"""One operation of `/api/v1`: where it is, what it is sent and answers, and whom it is for. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Parameter:
    """One of the query. `kind` is its JSON type."""

    name: str
    help: str
    kind: str = "string"
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`path` is that of the control API without its `/v1`, `answer` an example of what is answered.

    `shape` is of the answer, or of one row where it `streams`. `body` is an example of what is sent; one
    of None is sent nothing. `refusals` are statuses beside those that every operation may have.
    """

    name: str
    path: str
    summary: str
    shape: Any
    answer: msgspec.Struct | dict[str, object]
    acts: bool = False
    body: msgspec.Struct | None = None
    query: tuple[Parameter, ...] = ()
    refusals: tuple[int, ...] = ()
    streams: bool = False
    needs_operator: bool = False

    @property
    def method(self) -> str:
        """What acts is posted, and what is too much for a query."""
        return "POST" if self.acts or self.body is not None else "GET"

    @property
    def is_for_operators(self) -> bool:
        """Whether a viewer is refused. What is posted and changes nothing, as a preview, is for all."""
        return self.acts or self.needs_operator
