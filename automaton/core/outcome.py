"""What became of something asked of the world. Unknown is an answer of its own, never a success."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """DONE: accepted. REFUSED: answered no, so nothing happened. FAILED: could not be asked.

    UNKNOWN: it was sent and no answer can tell whether it was done.
    """

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`way` says how it was asked (`panel`, `websocket`, `apprise`), `detail` what was answered.

    `passing` marks a refusal that may pass by itself, such as Wings' lock, and an unknown that a second
    asking cannot double: asking again is sensible. `ref` names what it began, where the answer names that:
    the uuid of a backup, by which its end is known from the ends of others (protocol.md 6.2).
    """

    result: Result
    detail: str = ""
    way: str = ""
    passing: bool = False
    ref: str = ""

    @property
    def is_in_vain(self) -> bool:
        """Whether it certainly did not happen."""
        return self.result in (Result.REFUSED, Result.FAILED)
