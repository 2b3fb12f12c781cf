"""Wings' frames, read and written. What comes from a node is bounded here, or is None.

Nothing in this file raises on any input: a hostile frame is None, and the next one is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec

from automaton.core.events import State, StatsReported
from automaton.core.moment import Moment

MAX_ARGS = 256  # Calagopus sends one argument a permission with `auth success`, some fifty
MAX_COMMAND_FRAME = 4095  # Wings 1.12 closes with 1009 above 4096 bytes on the wire (protocol.md 1)

LONGEST_UUID = 64  # characters; a real one has 36


class Frame(msgspec.Struct, frozen=True, gc=False):
    """An event's name with its first argument; "" where it had none, or a null."""

    event: str
    text: str


class _Envelope(msgspec.Struct, gc=False):
    event: str
    args: list[str | None] | None = None


_Figure = Annotated[float, msgspec.Meta(ge=0.0, lt=2.0**62)]  # negative, or larger, it cannot be true
_Span = Annotated[float, msgspec.Meta(gt=-(2.0**62), lt=2.0**62)]


class _Network(msgspec.Struct, gc=False):
    rx_bytes: _Figure = 0.0
    tx_bytes: _Figure = 0.0


class _BackupCompleted(msgspec.Struct, gc=False):
    is_successful: bool | None = None
    uuid: str | None = None


@dataclass(frozen=True, slots=True)
class BackupEnd:
    """The end of one backup, by the uuid that the Panel gave it. None: Wings did not say."""

    ok: bool | None = None
    uuid: str | None = None


class StatsReading(msgspec.Struct, frozen=True, gc=False):
    """One reading as Wings words it; `cpu_absolute` is percent of one core, `state` is for `read_state`."""

    memory_bytes: _Figure
    cpu_absolute: _Figure
    uptime_ms: _Span = msgspec.field(default=0.0, name="uptime")
    state: str = ""
    memory_limit_bytes: _Figure = 0.0
    disk_bytes: _Figure = 0.0
    network: _Network | None = None

    def as_event(self, server: str, at: Moment) -> StatsReported:
        """Its figures, in our units: bytes, percent of one core, seconds.

        Without `state`: event_reader.py holds it against the statuses (protocol.md 4.1).
        """
        network = self.network or _NO_NETWORK
        return StatsReported(
            server=server,
            at=at,
            memory=int(self.memory_bytes),
            memory_limit=int(self.memory_limit_bytes),
            cpu_pct=self.cpu_absolute,
            disk=int(self.disk_bytes),
            rx=int(network.rx_bytes),
            tx=int(network.tx_bytes),
            # Negative where the node's clock was set back behind the start: all else in it is right.
            uptime=max(0.0, self.uptime_ms / 1000),
        )


_NO_NETWORK = _Network()
_envelope = msgspec.json.Decoder(_Envelope)
_stats = msgspec.json.Decoder(StatsReading)
_backup = msgspec.json.Decoder(_BackupCompleted)
_states = {state.value: state for state in State}

_UNREADABLE = (msgspec.MsgspecError, UnicodeError, RecursionError)  # not JSON, or not of this shape


def read_frame(text: str) -> Frame | None:
    """The frame, or None for anything else: no JSON, no `event`, arguments of another kind."""
    try:
        envelope = _envelope.decode(text)
    except _UNREADABLE:
        return None
    args = envelope.args
    if not args:
        return Frame(envelope.event, "")
    if len(args) > MAX_ARGS:
        return None
    return Frame(envelope.event, args[0] or "")


def read_state(text: str) -> State | None:
    """A power state, or None for a word that Wings does not have."""
    return _states.get(text)


def read_stats(text: str) -> StatsReading | None:
    """One reading out of the JSON inside a `stats` frame.

    None when a figure is missing, negative, no number, or too large to be true: half a reading is worse
    than none, for a rule would act on it.
    """
    try:
        return _stats.decode(text)
    except _UNREADABLE:
        return None


def read_backup(text: str) -> BackupEnd:
    """What a `backup completed` frame says; nothing known where it cannot be read."""
    try:
        backup = _backup.decode(text)
    except _UNREADABLE:
        return BackupEnd()
    uuid = backup.uuid
    if uuid is None or not uuid.isprintable() or not 0 < len(uuid) <= LONGEST_UUID:
        return BackupEnd(backup.is_successful)
    return BackupEnd(backup.is_successful, uuid.lower())


def write_frame(event: str, *args: str) -> str:
    """A frame for Wings, as short as JSON allows, for frames are bounded in bytes."""
    return msgspec.json.encode({"event": event, "args": args}).decode()


def fits(frame: str) -> bool:
    """True when every Wings takes a frame of this size."""
    return len(frame.encode()) <= MAX_COMMAND_FRAME
