"""`automaton run`."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer

from automaton.cli.options import DEFAULT_CONFIG, Config
from automaton.printable import say

PART, KEPT = 100 * 1024 * 1024, 5  # as of `automaton record`


EXAMPLES = (
    "automaton run",
    "automaton run --record run.jsonl",
)


def run(
    config: Config = DEFAULT_CONFIG,
    record: Annotated[
        Path | None,
        typer.Option(help="Record all that is judged, for `automaton replay`: 5 files of 100 MiB at most."),
    ] = None,
) -> None:
    """Run the daemon: watch, judge, act. SIGHUP reloads, SIGTERM ends it. Exit 78: a mistake in a file."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until the daemon can take it: else it ends the process

    from automaton.daemon.main import main

    if record is None:
        raise typer.Exit(main(config))
    from automaton.daemon.recorder import Sink
    from automaton.errors import Refused
    from automaton.workbench.exit_code import CONFIGURATION_ERROR
    from automaton.workbench.recording_files import RecordingFiles
    from automaton.workbench.terminal import failure

    try:
        parts = RecordingFiles(record, KEPT)
    except (Refused, OSError) as problem:
        say(f"automaton: {failure(problem)}", err=True)
        raise typer.Exit(CONFIGURATION_ERROR) from None
    raise typer.Exit(main(config, Sink(parts.write, PART)))
