"""`automaton run`."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer

DEFAULT = Path("/etc/automaton/automaton.yml")


def run(
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="AUTOMATON_CONFIG", help="The daemon's own file.")
    ] = DEFAULT,
) -> None:
    """Run the daemon: watch, judge, act. SIGHUP reloads, SIGTERM ends it. Exit 78: a mistake in a file."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until the daemon can take it: else it ends the process

    from automaton.daemon.main import main

    raise typer.Exit(main(config))
