"""`automaton backup`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from automaton.cli.options import DEFAULT_CONFIG, Config

EXAMPLES = ("automaton backup copy.db",)


def run(
    file: Annotated[Path, typer.Argument(help="A new file, on another disk.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Copy what automaton remembers to a new file, whole, also while the daemon runs."""
    from automaton.workbench.journal_copies import backup

    raise typer.Exit(backup(config, file))
