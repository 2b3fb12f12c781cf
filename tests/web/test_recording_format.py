"""Every event goes into a recording and comes back the same."""

from __future__ import annotations

from types import MappingProxyType

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core import events as ev
from automaton.core.engine_events import EngineEvent
from automaton.core.events import Event, FieldValue
from automaton.core.moment import Moment
from automaton.errors import Refused
from automaton.web.recording_format import (
    EVENTS,
    Adopted,
    Advanced,
    CallAsked,
    RecordingEnd,
    RecordingHeader,
    Row,
    read_row,
    write_memory,
    write_row,
)

AT = Moment(1.25, 1_800_000_000.5)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))

st.register_type_strategy(Moment, st.builds(Moment, FLOATS, FLOATS))
st.register_type_strategy(str, TEXTS)
st.register_type_strategy(float, FLOATS)


def test_every_class_of_an_event_is_known() -> None:
    assert EVENTS.keys() == {one.__name__ for one in _subclasses(Event) if one is not EngineEvent}


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS.keys())
@given(data=st.data())
def test_every_event_comes_back_the_same(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(st.builds(kind, at=st.from_type(Moment)))
    line = write_row(event)

    assert read_row(line) == event
    assert type(read_row(line)) is kind
    assert line.endswith(b"\n")
    assert b"\n" not in line[:-1]


@given(st.dictionaries(TEXTS, st.one_of(TEXTS, st.integers(), FLOATS, st.booleans(), st.none())))
def test_a_field_keeps_its_type(fields: dict[str, FieldValue]) -> None:
    event = ev.Occurred(server="u", at=AT, name="crash", fields=MappingProxyType(fields))
    back = read_row(write_row(event))

    assert isinstance(back, ev.Occurred)
    assert repr(back.fields) == repr(fields)


@pytest.mark.parametrize(
    "row",
    [
        RecordingHeader(
            version="1", id="a", part=0, at=AT, arm="live", fingerprint="f", fresh=True, known=0,
            memory=write_memory({"rules": {"a": [1.5, None]}}),
        ),
        Advanced(AT),
        Adopted(AT, "f"),
        CallAsked(AT, 7, "mem-high", "c"),
        RecordingEnd("it fell behind"),
    ],
    ids=lambda row: type(row).__name__,
)  # fmt: skip
def test_other_rows_come_back_the_same(row: Row) -> None:
    line = write_row(row)

    assert write_row(read_row(line)) == line
    assert type(read_row(line)) is type(row)


def test_a_header_keeps_the_memory_as_it_is() -> None:
    memory = {"rules": {"a": [1.5, None, "ü"]}}
    header = RecordingHeader(
        version="1", id="a", part=0, at=AT, arm="live", fingerprint="f", fresh=True, known=0,
        memory=write_memory(memory),
    )  # fmt: skip
    back = read_row(write_row(header))

    assert isinstance(back, RecordingHeader)
    assert msgspec.json.decode(back.memory) == memory


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"{}",
        b'{"is":"recording"}',
        b'{"is":"LinkUp","server":"a"}',
        b'{"is":"LinkUp","server":"a","at":{"mono":1,"wall":2}',
        b'{"is":"LinkUp","server":1,"at":{"mono":1,"wall":2}}',
        b'{"is":"StateChanged","server":"a","at":{"mono":1,"wall":2},"state":"asleep"}',
        b'{"is":"Event","server":"a","at":{"mono":1,"wall":2}}',
        b'{"dir":"note","raw":"trace of a server"}',
        b'{"is":"LinePrinted","server":"a","at":{"mono":1,"wall":2},"text":"\xff"}',
        b"[" * 5000,
    ],
)
def test_what_is_no_row_is_refused(line: bytes) -> None:
    with pytest.raises(Refused, match="no row of a recording"):
        read_row(line)


def _subclasses(kind: type[Event]) -> list[type[Event]]:
    return [one for direct in kind.__subclasses__() for one in (direct, *_subclasses(direct))]
