"""The audit trail in a file of each member, copied from the stream: what asks for rows reads it as on one
machine.

Law: rows and how far they were read are written in one commit, so that each row is in the file once, whatever
ends in between. The stream is the trail; a file that is lost is copied anew, as far as the stream goes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from automaton.cluster.log.trail import TrailMessage
from automaton.core.moment import Moment
from automaton.journal.entry import Entry, TrailRow
from automaton.journal.faults import OutOfOrder
from automaton.journal.port import Journals, KeptJournal
from automaton.journal.trail import OF_TRAIL

MOST_AT_ONCE = 64
"""Messages of one commit."""

_READ = f"{OF_TRAIL}read"
_OF = f"{OF_TRAIL}of/"


@dataclass(frozen=True, slots=True)
class CopiedMessage:
    """A message of the stream: its number there, and the shard's token."""

    sequence: int
    token: str
    said: TrailMessage


class TrailSource(Protocol):
    """The stream."""

    def after(self, sequence: int, most: int, /) -> Sequence[CopiedMessage]:
        """The oldest messages behind that one, of all where it was made anew. Raises Unreachable."""


class TrailCopy:
    """Used by one thread at a time, which waits. `journals` is that of the member's state folder."""

    def __init__(self, journals: Journals, source: TrailSource) -> None:
        self._journals, self._source = journals, source
        self._journal: KeptJournal | None = None
        self._position = 0
        self._read = 0
        self._reached: dict[str, int] = {}  # by shard: the last position whose rows are in the file
        self.left_out = 0  # messages that the stream had let go before they were copied

    def copy(self, now: Moment) -> bool:
        """One commit of what is new; whether more may be there. Raises OutOfOrder, Unreachable, Corrupt."""
        journal = self._journal or self._open()
        messages = self._source.after(self._read, MOST_AT_ONCE)
        if not messages:
            return journal.tidy(now)
        if self._read:
            # A stream that was made anew counts anew: nothing of it was left out.
            self.left_out += max(0, messages[0].sequence - self._read - 1)
        reached = dict(self._reached)
        rows = [row for message in messages for row in _new(message, reached)]
        read = messages[-1].sequence
        parts = {
            f"{_OF}{token}": b"%d" % at for token, at in reached.items() if self._reached.get(token) != at
        }
        try:
            entry = Entry(now.wall, "trail", {_READ: b"%d" % read, **parts}, tuple(rows))
            self._position = journal.append([entry], self._position)
        except BaseException:
            self.close()  # what stands there is read anew
            raise
        self._read, self._reached = read, reached
        return len(messages) == MOST_AT_ONCE

    def close(self) -> None:
        """Gives the file up."""
        journal, self._journal = self._journal, None
        if journal is not None:
            journal.close()

    def _open(self) -> KeptJournal:
        opened = self._journals.open()
        if opened.journal is None or opened.snapshot is None:
            raise OutOfOrder(opened.fault)
        parts = opened.snapshot.parts
        self._position, self._read = opened.snapshot.position, int(parts.get(_READ, b"0"))
        self._reached = {
            name.removeprefix(_OF): int(body) for name, body in parts.items() if name.startswith(_OF)
        }
        self._journal = opened.journal
        return opened.journal


def _new(message: CopiedMessage, reached: dict[str, int]) -> list[TrailRow]:
    """Those that are not in the file yet; how far they reach is noted.

    A new owner sends what its predecessor may have sent, and what that one had sent may arrive behind it.
    """
    said, token = message.said, message.token
    before = 0 if said.anew else reached.get(token, 0)
    new = [(position, row) for position, row in said.rows if position > before]
    reached[token] = max((position for position, _ in new), default=before)
    return [row for _, row in new]
