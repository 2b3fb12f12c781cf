"""Which printed lines are the terminal's echo of what we typed.

Law: no rule may see an echo. A game that hangs echoes all the same, so it proves no life.
"""

from __future__ import annotations

import unicodedata
from collections import deque

WITHIN = 5.0
"""Seconds in which a line may be the echo of a command (rule-language.md 4.5)."""

_REMEMBERED = 64  # commands of one server

_PROMPT = ">$#: ."
"""What consoles print before a typed line (hostile-input.md 2)."""


class Echoes:
    """The commands typed lately at one server's console."""

    __slots__ = ("_typed",)

    def __init__(self) -> None:
        self._typed: deque[tuple[float, str]] | None = None  # until something is typed: 760 bytes

    def typed(self, text: str, mono: float) -> None:
        """Remembers a command at the moment it was sent."""
        if bare := _bare(unicodedata.normalize("NFC", text)):
            self._forget(mono)  # a silent console does not
            if self._typed is None:
                self._typed = deque(maxlen=_REMEMBERED)
            self._typed.append((mono, bare))

    def is_echo(self, text: str, mono: float) -> bool:
        """True for a cleaned line that repeats a command of the last five seconds, apart from a prompt.

        An echo may come more than once: consoles that redraw their line print it again.
        """
        if self._typed is None:  # so it is for nearly every line
            return False
        self._forget(mono)
        return self._typed is not None and _bare(text) in (typed for _, typed in self._typed)

    def __len__(self) -> int:
        """How many commands are remembered."""
        return len(self._typed or ())

    def _forget(self, mono: float) -> None:
        while self._typed and mono - self._typed[0][0] > WITHIN:
            self._typed.popleft()
        if not self._typed:
            self._typed = None


def _bare(text: str) -> str:
    return text.lstrip(_PROMPT).rstrip()
