"""`automaton send`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT = Path("/etc/automaton/automaton.yml")
# A command's words may look like options, as in `tp Steve 1 -5 3`: after the server nothing is one.
PARSING = {"allow_interspersed_args": False}


def run(
    server: Annotated[str, typer.Argument(help="Its short id, uuid or name.")],
    command: Annotated[
        list[str], typer.Argument(help="The console command; its words may stand apart, options go before.")
    ],
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="AUTOMATON_CONFIG", help="The daemon's own file.")
    ] = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Type a command into a server's console, and say what became of it. `limits` bind rules, not you."""
    from automaton.daemon.direct import direct
    from automaton.workbench.operator import send

    raise typer.Exit(send(config, direct, server, " ".join(command), as_json=as_json))
