"""What became of a message, as the audit trail is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What became of it."""

    SENT = "sent"
    REFUSED = "refused"
    DROPPED = "dropped"
    TOO_OLD = "too old"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """`target` as in tables, `ops/1`. `id` is that of the message, "" where none was made of it.

    `refs` are the incidents it was about. `at` in wall seconds. `detail` is a sentence, or empty.
    `title` is what a reader saw of it first, "" where no message was made of it.
    """

    target: str
    id: str
    refs: tuple[str, ...]
    fate: Fate
    at: float
    detail: str = ""
    title: str = ""
