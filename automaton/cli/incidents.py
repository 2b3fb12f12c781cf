"""`automaton incidents`."""

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
    """List the open incidents, the oldest first. Exit 3: no daemon runs."""
    from automaton.workbench.incidents import incidents

    raise typer.Exit(incidents(config, as_json=as_json))
