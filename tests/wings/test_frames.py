"""Frames of real Wings are read; whatever else comes is None, and nothing raises."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.events import State, StatsReported
from automaton.core.moment import Moment
from automaton.wings.frames import (
    BackupEnd,
    Frame,
    fits,
    read_backup,
    read_frame,
    read_state,
    read_stats,
    write_frame,
)

NOW = Moment(0.0, 0.0)
STATS = {
    "memory_bytes": 602112,
    "memory_limit_bytes": 294400000,
    "cpu_absolute": 0.036,
    "network": {"rx_bytes": 1172, "tx_bytes": 126},
    "uptime": 5284,
    "state": "running",
    "disk_bytes": 117,
}


@pytest.mark.parametrize(
    ("raw", "frame"),
    [
        ('{"event":"auth success"}\n', Frame("auth success", "")),
        ('{"event":"status","args":["offline"]}\n', Frame("status", "offline")),
        ('{"event":"deleted","args":["null"]}\n', Frame("deleted", "null")),
        ('{"event":"a","args":null}', Frame("a", "")),
        ('{"event":"a","args":[]}', Frame("a", "")),
        ('{"event":"a","args":[null]}', Frame("a", "")),
        ('{"event":"a","args":["x","y"],"more":{"b":[1]}}', Frame("a", "x")),
        ('{"event":"a","event":"b"}', Frame("b", "")),
        (
            '{"event":"console output","args":["\\u001b[32m\\u003cEve\\u003e \\u0000\\u001b[0m"]}\n',
            Frame("console output", "\x1b[32m<Eve> \x00\x1b[0m"),
        ),
    ],
)
def test_a_frame_is_its_event_and_its_first_argument(raw: str, frame: Frame) -> None:
    assert read_frame(raw) == frame


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "null",
        "[]",
        '"status"',
        "not json",
        '{"event":"status"',
        '{"args":["offline"]}',
        '{"event":1}',
        '{"event":null}',
        '{"event":"a","args":"offline"}',
        '{"event":"a","args":{"0":"offline"}}',
        '{"event":"a","args":[1]}',
        '{"event":"a","args":[["x"]]}',
        '{"event":"console output","args":["\\ud800"]}',
        '{"event":"console output","args":["\ud800"]}',
        json.dumps({"event": "a", "args": ["x"] * 100_000}),
        '{"event":"a","deep":' + "[" * 200_000 + "]" * 200_000 + "}",
        '{"event":"a","deep":' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}",
    ],
)
def test_what_is_no_frame_is_none(raw: str) -> None:
    assert read_frame(raw) is None


@given(st.text())
def test_no_text_raises(text: str) -> None:
    read_frame(text)
    read_stats(text)
    read_backup(text)
    read_state(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys([*STATS, "event", "args"], json_values)))
def test_no_json_raises_and_a_reading_is_whole_and_finite(value: dict[str, object]) -> None:
    raw = json.dumps(value)

    read_frame(raw)
    read_backup(raw)
    reading = read_stats(raw)

    if reading is not None:
        told = reading.as_event("a server", NOW)
        figures = (told.memory, told.memory_limit, told.cpu_pct, told.disk, told.rx, told.tx, told.uptime)
        assert all(figure is not None and 0 <= figure < 2.0**62 for figure in figures)


def test_stats_come_in_our_units() -> None:
    reading = read_stats(json.dumps(STATS))

    assert reading is not None
    assert read_state(reading.state) is State.RUNNING
    assert reading.as_event("a server", NOW) == StatsReported(
        server="a server", at=NOW, memory=602112, memory_limit=294400000, cpu_pct=0.036, disk=117, rx=1172,
        tx=126, uptime=5.284,
    )  # fmt: skip


def test_stats_without_network_limit_or_state_are_read_and_unknown_fields_ignored() -> None:
    reading = read_stats('{"memory_bytes":1.0,"cpu_absolute":2,"disk_io":{"read_bytes":1},"state":"paused"}')

    assert reading is not None
    assert read_state(reading.state) is None
    assert reading.as_event("a server", NOW) == StatsReported(
        server="a server", at=NOW, memory=1, memory_limit=0, cpu_pct=2.0, disk=0, rx=0, tx=0, uptime=0.0
    )


@pytest.mark.parametrize(
    "name", ["memory_bytes", "cpu_absolute", "uptime", "disk_bytes", "memory_limit_bytes"]
)
@pytest.mark.parametrize(
    "figure", ["-1", "1e999", "-1e999", '"NaN"', "NaN", "Infinity", "1" * 400, "null", "[]", "true"]
)
def test_a_reading_with_one_false_figure_is_refused_whole(name: str, figure: str) -> None:
    raw = json.dumps({**STATS, name: "@"}).replace('"@"', figure)
    may_be_negative = name == "uptime" and figure == "-1"

    assert (read_stats(raw) is None) is not may_be_negative


def test_an_uptime_before_the_node_s_clock_was_set_back_is_none_at_all() -> None:
    """All else that is told with it is right, and was not seen for as long as the clock was behind."""
    reading = read_stats(json.dumps({**STATS, "uptime": -3_600_000}))

    assert reading is not None
    event = reading.as_event("a server", NOW)
    assert (event.uptime, event.memory) == (0.0, STATS["memory_bytes"])


@pytest.mark.parametrize(
    ("raw", "ok", "uuid"),
    [
        (
            '{"checksum":"d0","checksum_type":"sha1","file_size":117,"is_successful":true,"uuid":"a1"}',
            True,
            "a1",
        ),
        ('{"is_successful":false,"uuid":"A1"}', False, "a1"),
        ('{"is_successful":false}', False, None),
        ('{"is_successful":true,"uuid":null}', True, None),
        ('{"is_successful":true,"uuid":""}', True, None),
        ('{"is_successful":true,"uuid":"a\\u001bb"}', True, None),
        ('{"is_successful":true,"uuid":"%s"}' % ("a" * 65), True, None),
        ('{"uuid":"1"}', None, "1"),
        ('{"is_successful":"yes","uuid":"1"}', None, None),
        ("", None, None),
    ],
)
def test_the_end_of_a_backup_says_which_and_whether_it_succeeded_or_nothing(
    raw: str, ok: bool | None, uuid: str | None
) -> None:
    assert read_backup(raw) == BackupEnd(ok, uuid)


@pytest.mark.parametrize("word", ["", "Running", "RUNNING", "paused", " running"])
def test_a_state_that_wings_does_not_have_is_none(word: str) -> None:
    assert read_state(word) is None


@given(st.text(), st.text(max_size=20))
def test_a_frame_of_ours_is_read_back_by_any_json_reader(event: str, arg: str) -> None:
    assert msgspec.json.decode(write_frame("e", arg)) == {"event": "e", "args": [arg]}


def test_a_frame_fits_by_its_bytes_not_its_letters() -> None:
    assert fits(write_frame("send command", "x" * 4000))
    assert not fits(write_frame("send command", "ö" * 2100))
    assert not fits(write_frame("send command", "x" * 4096))
