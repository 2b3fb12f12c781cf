"""`automaton servers`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT = Path("/etc/automaton/automaton.yml")


def run(
    patterns: Annotated[
        list[str] | None, typer.Argument(help="Names or ids, `*` and `?` are any text; default all.")
    ] = None,
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="AUTOMATON_CONFIG", help="The daemon's own file.")
    ] = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List the watched servers with what is known of them. Exit 3: no daemon runs."""
    from automaton.workbench.status import servers

    raise typer.Exit(servers(config, patterns or [], as_json=as_json))
