"""A shard's log in memory, shared by all who claim it, with the weather of a network in front of it."""

from __future__ import annotations

from enum import Enum

from automaton.cluster.log.stream_port import (
    Acked,
    Appended,
    Refused,
    Stored,
    StreamRange,
    Unavailable,
    Unsure,
)
from automaton.errors import Unreachable


class Weather(Enum):
    """What becomes of an append."""

    FAIR = "fair"
    ANSWER_LOST = "it lands, and nobody says so"
    LOST = "it lands nowhere, and nobody says so"
    LATE = "it arrives when `MemoryLog.deliver` is called, and nobody says so"
    REFUSED_BY_ALL = "503"
    NO_NUMBER = "it is refused without a number (10164), whatever was expected"


class MemoryLog:
    """The messages, and those on their way. Trimmed ones are None."""

    def __init__(self) -> None:
        self.messages: list[bytes | None] = []
        self._late: list[tuple[bytes, int]] = []

    def take(self, body: bytes, expected: int) -> Appended:
        """As a leader does."""
        if expected != len(self.messages):
            return Refused(len(self.messages))
        self.messages.append(body)
        return Acked(len(self.messages))

    def postpone(self, body: bytes, expected: int) -> None:
        """It is in some buffer."""
        self._late.append((body, expected))

    def deliver(self) -> None:
        """What is in buffers arrives."""
        late, self._late = self._late, []
        for body, expected in late:
            self.take(body, expected)

    def lose_end(self, count: int) -> None:
        """As after a power cut with `sync_interval` on its default."""
        del self.messages[max(0, len(self.messages) - count) :]


class MemoryStream:
    """One member's way to it. `weather` is that of the next appends, one each; `is_cut_off` of all."""

    def __init__(self, log: MemoryLog, weather: list[Weather] | None = None) -> None:
        self.log = log
        self.weather = weather if weather is not None else []
        self.is_cut_off = False

    def append(self, body: bytes, expected: int, piece: tuple[int, int] | None = None, /) -> Appended:
        if self.is_cut_off:
            return Unavailable("cut off")
        match self.weather.pop(0) if self.weather else Weather.FAIR:
            case Weather.ANSWER_LOST:
                self.log.take(body, expected)
                return Unsure("no answer")
            case Weather.LOST:
                return Unsure("no answer")
            case Weather.LATE:
                self.log.postpone(body, expected)
                return Unsure("no answer")
            case Weather.REFUSED_BY_ALL:
                return Unavailable("no leader")
            case Weather.NO_NUMBER:
                return Refused(None)
            case Weather.FAIR:
                return self.log.take(body, expected)

    def read(self, after: int, up_to: int, /) -> list[Stored]:
        self._look()
        found = [Stored(number, body) for number, body in self._kept() if after < number <= up_to]
        if len(found) != up_to - after:
            raise Unreachable("trimmed")
        return found

    def standing(self) -> StreamRange:
        self._look()
        kept = self._kept()
        last = len(self.log.messages)
        return StreamRange(kept[0][0] if kept else last + 1, last)

    def trim(self, up_to: int, /) -> None:
        self._look()
        for number in range(min(up_to, len(self.log.messages))):
            self.log.messages[number] = None

    def _kept(self) -> list[tuple[int, bytes]]:
        return [(number, body) for number, body in enumerate(self.log.messages, 1) if body is not None]

    def _look(self) -> None:
        if self.is_cut_off:
            raise Unreachable("cut off")


class SetBootClock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.at = 1000.0

    def boot(self) -> float:
        return self.at
