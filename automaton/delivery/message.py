"""A message as it is sent: already made safe, not yet cut, for each service has its own limit."""

from __future__ import annotations

from dataclasses import dataclass

from automaton.core.calls import Severity
from automaton.delivery import safe_text
from automaton.delivery.safe_text import SafeLine

BODY_LIMIT = 3_500  # ours: more is not read in a chat; Telegram takes 4,096, and counts line ends twice
LATE = 60.0  # seconds from which a message says how late it is, for a reader would take it for news
MARKS = {Severity.CRITICAL: "🔴", Severity.WARNING: "🟠", Severity.INFO: "🔵"}
OVER = "✅"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`id` is the same in every try, so that a reader recognises a repeat.

    `lines` may be cut in the middle, `tail` follows them whole: how to get there and how to acknowledge.
    `mentions` are whom it calls, as the service writes it; everything else in it mentions nobody.
    `is_plain`: neither tail nor id. `left_out` counts what was lost before it, `late` is how many seconds
    it waited.
    """

    id: str
    title: str
    lines: tuple[SafeLine, ...]
    severity: Severity
    tail: tuple[str, ...] = ()
    resolves: bool = False
    mentions: tuple[str, ...] = ()
    is_plain: bool = False
    left_out: int = 0
    late: float = 0.0

    @property
    def loudness(self) -> Severity:
        """How loud a service shall be: an end wakes nobody."""
        return Severity.INFO if self.resolves else self.severity

    def body(self, limit: int = BODY_LIMIT) -> str:
        """The text in at most `limit` UTF-16 units, with what was lost before it and its id at its end."""
        foot, limit = self.foot, min(limit, BODY_LIMIT)
        if not foot:
            return self.text(limit)
        text = self.text(limit - safe_text.width(foot) - 1)
        return f"{text}\n{foot}" if text else foot

    def text(self, limit: int = BODY_LIMIT) -> str:
        """The same without the id. Where the room is small the tail is left out, for the text says more."""
        limit = min(limit, BODY_LIMIT)
        ends = "\n".join(self._ends())
        if safe_text.width(ends) > limit // 2:
            ends = self._lost()
        if not self.lines:
            return ends
        return _joined(safe_text.fit(self.lines, limit - safe_text.width(ends) - bool(ends)), ends)

    @property
    def foot(self) -> str:
        """Its id, and how late it is; "" for a plain one."""
        if self.is_plain:
            return ""
        return f"#{self.id}" + (f", {self.late / 60:.0f}m late" if self.late >= LATE else "")

    def _ends(self) -> tuple[str, ...]:
        lost = self._lost()
        tail = () if self.is_plain else self.tail
        return (*tail, lost) if lost else tail

    def _lost(self) -> str:
        """Also in a plain one: what is lost is told."""
        return (
            f"{safe_text.ELLIPSIS} {self.left_out} earlier could not be sent in time" if self.left_out else ""
        )


def _joined(text: str, ends: str) -> str:
    return f"{text}\n{ends}" if ends else text
