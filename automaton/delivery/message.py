"""A message as it is sent: already made safe, not yet cut, for each service has its own limit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from automaton.core.calls import SendMessage, Severity
from automaton.core.moment import Moment
from automaton.delivery import safe_text
from automaton.delivery.safe_text import SafeLine

BODY_LIMIT = 3_500  # ours: more is not read in a chat; Telegram takes 4,096, and counts line ends twice
TEXT_LIMIT = 10_000  # characters; more is never shown, and cleaning it would hold up the event loop
LATE = 60.0  # seconds from which a message says how late it is, for a reader would take it for news


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`id` is the same in every try, so that a reader recognises a repeat.

    `left_out` counts messages that were lost before this one; `late` is how many seconds it waited.
    """

    id: str
    title: str
    lines: tuple[SafeLine, ...]
    severity: Severity
    at: Moment
    resolves: bool = False
    left_out: int = 0
    late: float = 0.0

    def body(self, limit: int = BODY_LIMIT) -> str:
        """The text in at most `limit` UTF-16 units, with the id and what was lost before it at its end."""
        foot = f"#{self.id}"
        if self.late >= LATE:
            foot += f", {self.late / 60:.0f}m late"
        if self.left_out:
            foot = f"{safe_text.ELLIPSIS} {self.left_out} earlier could not be sent in time\n{foot}"
        limit = min(limit, BODY_LIMIT)
        text = safe_text.fit(self.lines, limit - len(foot) - 1) if self.lines else ""
        return f"{text}\n{foot}" if text else foot


def compose(notify: SendMessage, at: Moment, number: int) -> Message:
    """The message of a call. `number` tells apart messages that are otherwise the same."""
    return Message(
        id=identify(notify, at, number),
        title=safe_text.title(notify.title[:TEXT_LIMIT] or headline(notify)),
        lines=safe_text.lines_of(notify.text[:TEXT_LIMIT], notify.excerpts) + end(notify.text),
        severity=notify.severity,
        at=at,
        resolves=notify.resolves,
    )


def end(text: str) -> tuple[SafeLine, ...]:
    """A line that says that the text went on, where it did."""
    return (safe_text.gap(0),) if len(text) > TEXT_LIMIT else ()


def headline(notify: SendMessage) -> str:
    """The title of a message that brings none."""
    return f"{notify.rule or 'automaton'} ({'resolved' if notify.resolves else notify.severity})"


def identify(notify: SendMessage, at: Moment, number: int) -> str:
    """Eight hex digits; the same only for the same message."""
    parts = (notify.channel, notify.rule, notify.ref, notify.server, notify.text, repr(at.wall), str(number))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:8]
