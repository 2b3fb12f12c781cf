"""`automaton status`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT = Path("/etc/automaton/automaton.yml")


def run(
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="AUTOMATON_CONFIG", help="The daemon's own file.")
    ] = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say how the running daemon stands. Exit 3: it does not run. Exit 4: something is not well."""
    from automaton.workbench.status import status

    raise typer.Exit(status(config, as_json=as_json))
