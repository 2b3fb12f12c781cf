"""`automaton rules`."""

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
    """List the rules with what came of them since the daemon began. Exit 3: no daemon runs."""
    from automaton.workbench.rules import rules

    raise typer.Exit(rules(config, as_json=as_json))
