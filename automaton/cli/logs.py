"""`automaton logs`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT = Path("/etc/automaton/automaton.yml")


def run(
    server: Annotated[str, typer.Argument(help="Its short id, uuid or name.")],
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes.")] = False,
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="AUTOMATON_CONFIG", help="The daemon's own file.")
    ] = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: one object a line.")] = False,
) -> None:
    """Show a server's console: what Wings kept of it, and with --follow what comes."""
    from automaton.daemon.direct import direct
    from automaton.workbench.operator import logs

    raise typer.Exit(logs(config, direct, server, follow=follow, as_json=as_json))
