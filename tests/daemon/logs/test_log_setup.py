"""Everything that is logged, by us or by a library, comes out as one line of the right shape."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from automaton.core.moment import Moment
from automaton.daemon.logs.log_setup import CLAMPED, MUTED, LoggingBridge, configure
from automaton.secret import Secret


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.second = 0.0

    def now(self) -> Moment:
        return Moment(self.second, 1_767_614_400.0 + self.second)


class Terminal(io.StringIO):
    """A stream that somebody looks at."""

    def isatty(self) -> bool:
        return True


class Full(io.StringIO):
    """A stream on a full disk."""

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


@pytest.fixture(autouse=True)
def loggers_as_they_were() -> Iterator[None]:
    """Loggers belong to the process: what a test configures must not reach the next."""
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    names = {
        name: (logging.getLogger(name).level, logging.getLogger(name).propagate)
        for name in (*MUTED, *CLAMPED)
    }
    yield
    structlog.reset_defaults()
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    for name, (level, propagate) in names.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).propagate = propagate


def logged(stream: io.StringIO) -> list[str]:
    return stream.getvalue().splitlines()


def test_a_record_goes_to_the_stream_as_one_line_of_pairs() -> None:
    out = io.StringIO()
    configure("info", "auto", out, {}, Hands())

    structlog.get_logger().info("rule.fired", rule="mem-high", server="lobby")

    assert logged(out) == ["2026-01-05T12:00:00.000Z info rule.fired rule=mem-high server=lobby"]


def test_what_is_below_the_level_is_not_written_and_a_reload_may_change_that() -> None:
    out = io.StringIO()
    log = structlog.get_logger()
    configure("warning", "text", out, {}, Hands())
    log.info("quiet")
    configure("debug", "text", out, {}, Hands())
    log.debug("loud")

    assert logged(out) == ["2026-01-05T12:00:00.000Z debug loud"]


def test_configuring_twice_writes_a_library_s_record_once() -> None:
    out = io.StringIO()
    configure("info", "text", out, {}, Hands())
    configure("info", "text", out, {}, Hands())

    logging.getLogger("uvicorn.error").warning("Started server process [%d]", 7)

    assert logged(out) == ['2026-01-05T12:00:00.000Z warning uvicorn.error text="Started server process [7]"']
    assert sum(isinstance(handler, LoggingBridge) for handler in logging.getLogger().handlers) == 1


@pytest.mark.parametrize(("form", "line"), [("auto", "<4>link.lost"), ("json", "<4>{")])
def test_under_the_journal_a_line_begins_with_its_priority(tmp_path: Path, form: str, line: str) -> None:
    with (tmp_path / "journal").open("w+") as out:
        status = (tmp_path / "journal").stat()
        configure("info", form, out, {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}, Hands())

        structlog.get_logger().warning("link.lost", server="a")

        assert (tmp_path / "journal").read_text().startswith(line)


def test_a_stream_that_the_journal_does_not_name_is_not_the_journal(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w+") as out:
        configure("info", "auto", out, {"JOURNAL_STREAM": "1:2"}, Hands())

        structlog.get_logger().info("link.up")

        assert (tmp_path / "file").read_text() == "2026-01-05T12:00:00.000Z info link.up\n"


@pytest.mark.parametrize(
    ("stream", "form", "env", "coloured"),
    [
        (Terminal(), "auto", {}, True),
        (Terminal(), "auto", {"NO_COLOR": "1"}, False),
        (Terminal(), "auto", {"NO_COLOR": ""}, True),
        (Terminal(), "text", {}, False),
        (Terminal(), "json", {}, False),
        (io.StringIO(), "auto", {}, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    stream: io.StringIO, form: str, env: dict[str, str], coloured: bool
) -> None:
    configure("info", form, stream, env, Hands())

    structlog.get_logger().info("link.up")

    assert ("\x1b[" in stream.getvalue()) is coloured


def test_an_exception_stays_on_its_line_and_its_message_forges_nothing() -> None:
    out = io.StringIO()
    configure("info", "text", out, {}, Hands())
    try:
        raise ValueError("boom\n2026-01-05T12:00:00.000Z error rule.fired rule=fake")
    except ValueError:
        structlog.get_logger().exception("bug")

    (line,) = logged(out)
    assert line.startswith(
        '2026-01-05T12:00:00.000Z error bug exception="Traceback (most recent call last):\\n'
    )
    assert "\\n2026-01-05T12:00:00.000Z error rule.fired rule=fake" in line


def test_a_library_s_exception_is_logged_with_its_traceback() -> None:
    out = io.StringIO()
    configure("info", "json", out, {}, Hands())
    try:
        raise KeyError("lost")
    except KeyError:
        logging.getLogger("asyncio").exception("Task exception was never retrieved")

    (line,) = logged(out)
    record = json.loads(line)
    assert record["text"] == "Task exception was never retrieved"
    assert record["exception"].endswith("KeyError: 'lost'")


def test_a_secret_is_three_stars_wherever_it_stands() -> None:
    out = io.StringIO()
    configure("debug", "text", out, {}, Hands())
    token = Secret("ptlc_abc")

    structlog.get_logger().info("panel.asked", key=token, more=[token], text=f"{token}")
    logging.getLogger("x").warning("%s %r", token, token)

    assert "ptlc_abc" not in out.getvalue()
    assert out.getvalue().count("***") == 5


@pytest.mark.parametrize("name", MUTED)
def test_libraries_that_print_webhooks_are_silent_at_every_level(name: str) -> None:
    out = io.StringIO()
    configure("debug", "text", out, {}, Hands())

    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
        logging.getLogger(f"{name}.connectionpool").log(level, "POST /api/webhooks/1/token")

    assert out.getvalue() == ""


@pytest.mark.parametrize("name", CLAMPED)
def test_libraries_that_print_every_request_speak_only_of_trouble(name: str) -> None:
    out = io.StringIO()
    configure("debug", "text", out, {}, Hands())

    logging.getLogger(name).debug("GET https://panel/token")
    logging.getLogger(name).info("GET https://panel/token")
    logging.getLogger(name).warning("trouble")

    assert logged(out) == [f"2026-01-05T12:00:00.000Z warning {name} text=trouble"]


def test_a_repeated_line_is_written_once_and_its_count_a_minute_later() -> None:
    out, hands = io.StringIO(), Hands()
    configure("info", "text", out, {}, hands)
    log = structlog.get_logger()

    for second in (0.0, 1.0, 2.0):
        hands.second = second
        log.warning("line.cut", server="a")
    hands.second = 61.0
    log.warning("line.cut", server="a")

    assert logged(out) == [
        "2026-01-05T12:00:00.000Z warning line.cut server=a",
        '2026-01-05T12:01:01.000Z info log.repeated times=2 line="warning line.cut server=a"',
        "2026-01-05T12:01:01.000Z warning line.cut server=a",
    ]


def test_a_full_or_closed_stream_is_no_error() -> None:
    closed = io.StringIO()
    for stream in (Full(), closed):
        configure("info", "text", stream, {}, Hands())
        closed.close()
        structlog.get_logger().info("link.up", stream=type(stream).__name__)


def test_a_stream_that_knows_only_ascii_gets_escapes() -> None:
    raw = io.BytesIO()
    configure("info", "text", io.TextIOWrapper(raw, "ascii"), {}, Hands())

    structlog.get_logger().info("server", name="Žluť")

    assert raw.getvalue() == rb"2026-01-05T12:00:00.000Z info server name=\u017dlu\u0165" + b"\n"


def test_a_library_s_mistake_in_its_format_is_logged_as_it_stands() -> None:
    out = io.StringIO()
    configure("info", "text", out, {}, Hands())

    (bridge,) = [handler for handler in logging.getLogger().handlers if isinstance(handler, LoggingBridge)]

    bridge.handle(logging.LogRecord("x", logging.WARNING, "x.py", 1, "%d of %d", (1,), None))

    assert logged(out) == ['2026-01-05T12:00:00.000Z warning x text="%d of %d"']
