"""`automaton record`: what the running daemon gives its engine, written to files here."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from automaton.errors import AutomatonError
from automaton.pace.clock import SystemClock
from automaton.printable import say, say_anew
from automaton.workbench.cluster import cluster_of
from automaton.workbench.daemon_client import DaemonClient, find_daemon
from automaton.workbench.exit_code import FAILED, NOT_RUNNING, OK, exit_code_of
from automaton.workbench.no_daemon import no_daemon
from automaton.workbench.recording_files import RecordingFiles
from automaton.workbench.terminal import failure, size, span


def record(config: Path, path: Path, seconds: float | None, part: int, keep: int, shard: str = "") -> int:
    """0 where it ended as intended, after `seconds` or by Ctrl-C; 3 where no daemon runs.

    `shard` is whose engine's, in a cluster; 1 where there is none.
    """
    try:
        daemon = find_daemon(config)
        if daemon is None:
            say(no_daemon(config), err=True)
            return NOT_RUNNING
        with closing(daemon), closing(RecordingFiles(path, keep)) as parts:
            try:
                _record(daemon, parts, part, seconds, shard)
            except KeyboardInterrupt:
                parts.reason = ""  # as intended
    except (AutomatonError, OSError) as problem:
        say(failure(problem), err=True)
        return exit_code_of(problem)
    say(f"{parts.rows:,} rows were recorded in {path}", err=True)
    if parts.reason:
        say(f"the recording ended: {parts.reason}", err=True)
        return FAILED
    return OK


def _record(
    daemon: DaemonClient, parts: RecordingFiles, part: int, seconds: float | None, shard: str
) -> None:
    if shard:
        cluster_of(daemon)  # a daemon that runs alone records all it is given, whatever shard is named
    clock = SystemClock()
    began = clock.now()
    is_terminal = sys.stderr.isatty()

    def take(rows: bytes) -> None:
        parts.write(rows)
        if is_terminal:
            left = "" if seconds is None else f" of {span(seconds)}"
            told = f"{parts.rows:,} rows, {size(parts.size)}, {span(clock.now() - began)}{left}"
            say_anew(told)

    try:
        daemon.record(part, seconds, take, shard)
    finally:
        if is_terminal:
            say_anew("")
