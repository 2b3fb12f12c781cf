"""How requests of one client ended, counted by what was answered.

Law: whoever answers cannot make more kinds of it than stand here, whatever number he answers with.
"""

from __future__ import annotations

from collections import Counter

UNANSWERED = "none"
TOO_MANY = "429"
KINDS = (UNANSWERED, "2xx", "3xx", "4xx", TOO_MANY, "5xx", "other")


class AnswerCounts:
    """`by_kind` has a count for each of KINDS that came up since the start."""

    __slots__ = ("by_kind",)

    def __init__(self) -> None:
        self.by_kind: Counter[str] = Counter()

    def note(self, status: int | None) -> None:
        """Counts one request: the status of its answer, None where none came."""
        self.by_kind[kind_of(status)] += 1


def kind_of(status: int | None) -> str:
    """One of KINDS."""
    match status:
        case None:
            return UNANSWERED
        case 429:
            return TOO_MANY
        case _:
            kind = f"{status // 100}xx"
            return kind if kind in KINDS else "other"
