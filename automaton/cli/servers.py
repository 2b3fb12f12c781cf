"""`automaton servers`."""

from __future__ import annotations

from typing import Annotated

import typer

from automaton.cli import completion
from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

EXAMPLES = (
    "automaton servers",
    'automaton servers "lobby*" --json',
)


def run(
    patterns: Annotated[
        list[str] | None,
        typer.Argument(
            help="A name or id tells all of a server; `*` and `?`, any text, and none give a table.",
            autocompletion=completion.server,
        ),
    ] = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """List the watched servers with what is known of them, or tell all of one. Exit 3: no daemon runs."""
    from automaton.workbench.servers import servers

    raise typer.Exit(servers(config, patterns or [], as_json=as_json))
