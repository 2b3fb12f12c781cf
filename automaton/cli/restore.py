"""`automaton restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from automaton.cli.options import DEFAULT_CONFIG, Config

EXAMPLES = ("automaton restore copy.db",)


def run(
    file: Annotated[Path, typer.Argument(help="What `automaton backup` wrote.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Take back what `automaton backup` wrote; what it replaces is kept.

    Exit 75: the daemon runs, stop it: `systemctl stop automaton`.
    """
    from automaton.daemon.lock import held
    from automaton.workbench.journal_copies import restore

    raise typer.Exit(restore(config, file, held))
