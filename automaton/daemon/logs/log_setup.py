"""How the daemon logs: structlog and the standard library's loggers, one writer, one line a record.

`configure` is called at the start and may be called again at a reload. What a line looks like is decided
in `log_lines.py`; here it is only chosen and wired.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import NoReturn, TextIO

import structlog
from structlog.typing import EventDict

from automaton.configuration.load import Configuration
from automaton.daemon.logs import log_lines
from automaton.daemon.logs.log_lines import Layout, Repeats
from automaton.pace.clock import Clock, SystemClock

LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
}

# They print tokens: webhooks in paths, URLs of requests. Silent; delivery tells by itself what failed.
MUTED = ("apprise", "urllib3", "requests")
# They print a line for every request, with its URL, at INFO and below.
CLAMPED = ("httpx", "httpcore", "httpx_ws", "wsproto", "asyncio", "uvicorn")

# Answers to what a person asked for, and changes of state: said each time, though said a moment ago.
ALWAYS_TOLD = ("reload.", "daemon.", "link.", "panel.")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(
    level: str, form: str, stream: TextIO, env: Mapping[str, str], clock: Clock | None = None
) -> None:
    """From here on everything that is logged goes to `stream`, one line each.

    `level` is one of LEVELS, `form` `auto`, `text` or `json`: `auto` is key=value, in colours on a
    terminal; `text` never has colours; `json` is one object a line. Under the journal (JOURNAL_STREAM
    names `stream`) lines carry their priority and no time.
    """
    writer = LogWriter(stream, layout(form, stream, env), clock or SystemClock())
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level, writer.write],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.ReturnLoggerFactory(),
        cache_logger_on_first_use=False,  # a reload may change the level
    )
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, LoggingBridge)]:
        root.removeHandler(handler)
    root.addHandler(LoggingBridge(writer))
    root.setLevel(LEVELS[level])
    clamp()


def set_up_logs(configuration: Configuration, env: Mapping[str, str]) -> None:
    """To stderr, at the level and in the format of the block `log`."""
    log = configuration.settings.log
    set_up(log.level, log.format, env)


def set_up(level: str, form: str, env: Mapping[str, str]) -> None:
    """To stderr, as whoever knows no configuration is told."""
    configure(level, form, sys.stderr, env)


def clamp() -> None:
    """Keeps libraries that print tokens, or a line for each request, out of the log at every level."""
    for name in MUTED:
        logging.getLogger(name).propagate = False
    for name in CLAMPED:
        logging.getLogger(name).setLevel(logging.WARNING)


def layout(form: str, stream: TextIO, env: Mapping[str, str]) -> Layout:
    """The form of the lines: as asked for, and as suits a terminal or the journal."""
    journal = is_journal(stream, env)
    if form == "json":
        return log_lines.journal_json_line if journal else log_lines.json_line
    if journal:
        return log_lines.journal_line
    if form == "auto" and stream.isatty() and not env.get("NO_COLOR"):
        return log_lines.terminal_line
    return log_lines.text_line


def is_journal(stream: TextIO, env: Mapping[str, str]) -> bool:
    """Whether the stream is the one that systemd connected to the journal: it names device and inode."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return env.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


class LogWriter:
    """Writes records to a stream; what comes again within a minute is counted and told afterwards."""

    def __init__(self, stream: TextIO, layout: Layout, clock: Clock) -> None:
        self._stream = stream
        self._layout = layout
        self._clock = clock
        self._repeats = Repeats()
        self._lock = threading.Lock()  # threads of Apprise log too

    def write(self, logger: object, method: str, record: EventDict) -> NoReturn:
        """The last processor of structlog's chain."""
        fields = dict(record)
        self.line(fields.pop("level", method), str(fields.pop("event", "")), fields)
        raise structlog.DropEvent

    def line(self, level: str, event: str, fields: dict[str, object]) -> None:
        """One record. Never raises for what the stream does: a full disk must not end the daemon."""
        error = exc_info(fields.pop("exc_info", None))
        if error is not None:
            fields["exception"] = "".join(traceback.format_exception(*error)).rstrip()
        now = self._clock.now()
        key = log_lines.text_line(level, event, fields, now)[len(log_lines.stamp(now)) :]
        with self._lock:
            for line, times in self._repeats.ended(now.mono):
                self._put(self._layout("info", "log.repeated", {"times": times, "line": line.strip()}, now))
            if event.startswith(ALWAYS_TOLD) or self._repeats.is_new(key, now.mono):
                self._put(self._layout(level, event, fields, now))

    def _put(self, line: str) -> None:
        try:
            try:
                self._stream.write(line + "\n")
            except UnicodeEncodeError:
                self._stream.write(line.encode("ascii", "backslashreplace").decode("ascii") + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            return  # closed or full: nowhere to say so


class LoggingBridge(logging.Handler):
    """Brings records of the standard library's loggers into the same log."""

    def __init__(self, writer: LogWriter) -> None:
        super().__init__()
        self._writer = writer

    def emit(self, record: logging.LogRecord) -> None:
        """The record's text under the name of its logger."""
        try:
            text = record.getMessage()
        except (TypeError, ValueError):  # a library's mistake in its own format string
            text = str(record.msg)
        fields: dict[str, object] = {"text": text}
        if record.exc_info:
            fields["exc_info"] = record.exc_info
        self._writer.line(name_of(record.levelno), record.name, fields)


def name_of(number: int) -> str:
    """Our name for a level of the standard library, or of a library that made its own."""
    return next((name for name, value in reversed(LEVELS.items()) if number >= value), "debug")


def exc_info(value: object) -> ExcInfo | None:
    """The exception that a record brings, in any of the three forms that loggers accept."""
    match value:
        case BaseException():
            return type(value), value, value.__traceback__
        case (_, BaseException() as error, _):
            return type(error), error, error.__traceback__
        case True:
            kind_now, error_now, trace_now = sys.exc_info()
            return (kind_now, error_now, trace_now) if kind_now and error_now else None
    return None
