"""The format of a recording: what an engine was given, in order, one row a line, as JSON.

`is` comes first in each row: an event's stable name, or the tag of another row. Every event of
core/events.py and core/engine_events.py is written and read by its own class, so a new one needs nothing
here. A recording holds strangers' texts but no secrets: events have none, and of a call there is only its
fingerprint.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from automaton.core import engine_events, grant_events
from automaton.core import events as ev
from automaton.core.events import Event
from automaton.core.moment import Moment
from automaton.core.scope import Scope
from automaton.core.stable_names import name_of
from automaton.errors import Refused

FORMAT: Final = 1
"""Of an engine that judges the whole."""

FORMAT_OF_SHARE: Final = 2
"""Of one that judges its share beside others: who knows nothing of shares would judge it wrongly."""

FORMATS: Final = (FORMAT, FORMAT_OF_SHARE)
"""Those that are read."""

_BEGIN = b'{"is":"'
_KIND = len(_BEGIN)


class RecordedShare(msgspec.Struct, frozen=True, kw_only=True):
    """What an engine judges beside others, as `core/scope.py` has it; moments in `mono`, None for never.

    `node` is empty for the fleet. Before `acts_from` it acts on no server.
    """

    scope: Scope
    node: str
    epoch: int
    taken_over_at: float | None
    acts_from: float | None


class RecordingHeader(msgspec.Struct, frozen=True, kw_only=True, tag_field="is", tag="recording"):
    """The first row of each file. The files of a recording share its `id`; `part` counts them from 0.

    `memory` is what the engine remembered at `at`; the `known` rows that follow describe the servers.
    A reader of the part before needs neither. `fresh`: the engine had seen nothing yet. `share` is what it
    judges, None for the whole.
    """

    format: int = FORMAT
    version: str
    id: str
    part: int
    at: Moment
    arm: str
    fingerprint: str
    fresh: bool
    known: int
    memory: msgspec.Raw
    share: RecordedShare | None = None


class Advanced(msgspec.Struct, frozen=True, tag_field="is", tag="advanced"):
    """Time passed without an event."""

    at: Moment


class Adopted(msgspec.Struct, frozen=True, tag_field="is", tag="adopted"):
    """The rules were read anew."""

    at: Moment
    fingerprint: str


class CallAsked(msgspec.Struct, frozen=True, tag_field="is", tag="asked"):
    """A rule asked for a call; `CallEnded` tells what became of it. `call` is its fingerprint."""

    at: Moment
    number: int
    rule: str
    call: str


class RecordingEnd(msgspec.Struct, frozen=True, tag_field="is", tag="end"):
    """Nothing follows. `reason` is empty where the recording was ended on purpose."""

    reason: str = ""


Row = Event | RecordingHeader | Advanced | Adopted | CallAsked | RecordingEnd

EVENTS: Mapping[str, type[Event]] = {
    name_of(one): one
    for one in (*vars(ev).values(), *vars(engine_events).values(), *vars(grant_events).values())
    if isinstance(one, type) and issubclass(one, Event) and one not in (Event, engine_events.EngineEvent)
}
"""Every event, by its name in a recording."""

HEADER_BEGINS: Final = _BEGIN + b'recording"'
"""How the first row of a file begins."""


def _plain(value: object) -> object:
    """Texts from a YAML file know their place in it, which stays behind; mappings may be of any type."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a recording")


_ENCODER = msgspec.json.Encoder(enc_hook=_plain)
_DECODERS: dict[bytes, msgspec.json.Decoder[Row]] = {  # by how such a row begins
    **{_BEGIN + name.encode(): msgspec.json.Decoder(one) for name, one in EVENTS.items()},
    **{
        _BEGIN + str(one.__struct_config__.tag).encode(): msgspec.json.Decoder(one)
        for one in (RecordingHeader, Advanced, Adopted, CallAsked, RecordingEnd)
    },
}


def write_row(row: Row) -> bytes:
    """The row as a line, with its end. Raises ValueError or TypeError for what JSON cannot hold."""
    line = _ENCODER.encode(row)
    if isinstance(row, Event):
        line = b'%b%b",%b' % (_BEGIN, name_of(type(row)).encode(), line[1:])
    return line + b"\n"


def write_memory(memory: Mapping[str, object]) -> msgspec.Raw:
    """What an engine remembers, for a header."""
    return msgspec.Raw(_ENCODER.encode(memory))


def read_row(line: bytes) -> Row:
    """Reads one line. Raises Refused for what is no row."""
    decoder = _DECODERS.get(line[: line.find(b'"', _KIND)])
    if decoder is None:
        raise Refused("no row of a recording, or one of another version of automaton")
    try:
        return decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as problem:
        raise Refused(f"no row of a recording: {problem}") from None
