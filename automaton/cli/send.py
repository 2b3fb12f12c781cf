"""`automaton send`."""

from __future__ import annotations

from typing import Annotated

import typer

from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config, Server

# A command's words may look like options, as in `tp Steve 1 -5 3`: after the server nothing is one.
PARSING = {"allow_interspersed_args": False}


EXAMPLES = (
    "automaton send lobby say Restart at ten",
    "automaton send lobby tp Steve 1 -5 3",
)


def run(
    server: Server,
    command: Annotated[
        list[str], typer.Argument(help="The console command; its words may stand apart, options go before.")
    ],
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Type a command into a server's console, and say what became of it.

    `limits` and `automaton hold` bind rules, not you.
    """
    from automaton.daemon.direct_client import direct
    from automaton.workbench.operator import send

    raise typer.Exit(send(config, direct, server, " ".join(command), as_json=as_json))
