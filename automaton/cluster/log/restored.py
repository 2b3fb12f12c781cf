"""What a log says, read from its oldest message to its last: the state, and the entries that are still there.

Law: the last whole snapshot that a manifest names is the beginning, and every entry behind it is read. An
entry that is missing in between is a fault that is told, never a state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from automaton.cluster.log.entries import (
    Entries,
    Manifest,
    Piece,
    decode_body,
    decode_entries,
    decode_state,
    unpacked,
)
from automaton.cluster.log.record import Record, decode_record
from automaton.cluster.log.stream_port import ShardStream, Stored
from automaton.cluster.stamp import Kind, Placed, Stamp, believed
from automaton.journal.entry import Entry, fold
from automaton.journal.faults import Corrupt


@dataclass(frozen=True, slots=True)
class Restored:
    """The state after `position`; the entries that the log still holds, each with its position.

    `snapshot_at` is the last message that the snapshot covers, `bytes_behind` what stands behind it.
    """

    position: int
    parts: dict[str, bytes]
    entries: tuple[tuple[int, Entry], ...]
    snapshot_at: int
    bytes_behind: int

    @property
    def oldest(self) -> int:
        """The position of the oldest entry that is still there."""
        return self.entries[0][0] if self.entries else self.position + 1


def restore(stream: ShardStream, up_to: int) -> Restored:
    """From all messages up to that one. Raises errors.Unreachable, Corrupt and NewerFormat."""
    first = stream.standing().first
    return restored(stream.read(first - 1, up_to))


def restored(messages: Sequence[Stored]) -> Restored:
    """Raises Corrupt and NewerFormat."""
    reading = _Reading()
    for sequence, record in _believed(messages):
        reading.take(sequence, record)
    return reading.result()


@dataclass(slots=True)
class _Reading:
    """Pieces by who wrote them and for what, and by their number: one whose answer was lost is there twice.

    Snapshots and entries as they come.
    """

    pieces: dict[tuple[Stamp, int], dict[int, Piece]] = field(default_factory=dict)
    state: tuple[Manifest, bytes] | None = None
    entries: list[tuple[int, Entry]] = field(default_factory=list)
    sizes: dict[int, int] = field(default_factory=dict)  # of entries, by their message

    def take(self, sequence: int, record: Record) -> None:
        match record.stamp.kind:
            case Kind.CHUNK:
                piece = decode_body(record.body, Piece)
                self.pieces.setdefault(_whole(record.stamp, piece.whole), {})[piece.number] = piece
            case Kind.MANIFEST:
                manifest = decode_body(record.body, Manifest)
                text = self._joined(record.stamp, manifest.whole, manifest.pieces)
                if text is not None:  # else its pieces were trimmed, behind another one
                    self.state = manifest, text
            case Kind.ENTRIES:
                self._take_entries(sequence, record)

    def result(self) -> Restored:
        position, since = 0, 0
        parts: dict[str, bytes] = {}
        if self.state is not None:
            manifest, text = self.state
            position, since = manifest.position, manifest.sequence
            parts = decode_state(unpacked(text))
        behind = [(place, entry) for place, entry in self.entries if place > position]
        for expected, (place, _) in enumerate(behind, position + 1):
            if place != expected:
                raise Corrupt(f"the log is damaged: entry {expected} is not there, {place} is")
        last = behind[-1][0] if behind else position
        parts = fold((entry for _, entry in behind), parts)
        size = sum(size for sequence, size in self.sizes.items() if sequence > since)
        return Restored(last, parts, tuple(self.entries), since, size)

    def _take_entries(self, sequence: int, record: Record) -> None:
        body = decode_body(record.body, Entries)
        text: bytes | None = body.text
        if body.pieces:
            joined = self._joined(record.stamp, body.whole, body.pieces)
            text = None if joined is None else unpacked(joined)
        if text is None:
            self.entries.clear()  # its pieces were trimmed: a snapshot behind it holds what it said
            return
        for position, entry in enumerate(decode_entries(text), body.before + 1):
            self.entries.append((position, entry))
        self.sizes[sequence] = len(text)

    def _joined(self, stamp: Stamp, whole: int, count: int) -> bytes | None:
        found = self.pieces.pop(_whole(stamp, whole), {})
        if found.keys() != set(range(1, count + 1)):
            return None
        return b"".join(found[number].text for number in range(1, count + 1))


def _whole(stamp: Stamp, whole: int) -> tuple[Stamp, int]:
    """The writer's number for it, in his epoch."""
    return Stamp(Kind.CHUNK, stamp.epoch, stamp.writer, 0), whole


def _believed(messages: Sequence[Stored]) -> list[tuple[int, Record]]:
    records = {one.sequence: decode_record(one.body) for one in messages}
    placed = [Placed(sequence, record.stamp) for sequence, record in records.items()]
    # A log is trimmed up to a message that counted, never behind it: what comes first is believed.
    return [(one.sequence, records[one.sequence]) for one in believed(placed, placed[0] if placed else None)]
