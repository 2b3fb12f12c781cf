"""`automaton reload`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT = Path("/etc/automaton/automaton.yml")


def run(
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="AUTOMATON_CONFIG", help="The daemon's own file.")
    ] = DEFAULT,
) -> None:
    """Have the running daemon read its files again, and say whether it took them. Exit 78: it did not."""
    from automaton.workbench.status import reload

    raise typer.Exit(reload(config))
