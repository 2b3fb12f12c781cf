"""`automaton logs`."""

from __future__ import annotations

from typing import Annotated

import typer

from automaton.cli.options import DEFAULT_CONFIG, Config, Server, json_option

EXAMPLES = (
    "automaton logs lobby",
    "automaton logs lobby --follow",
)


def run(
    server: Server,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes.")] = False,
    config: Config = DEFAULT_CONFIG,
    as_json: Annotated[bool, json_option("For programs: one object a line.")] = False,
) -> None:
    """Show a server's console: what Wings kept of it, and with --follow what comes."""
    from automaton.daemon.direct_client import direct
    from automaton.workbench.operator import logs

    raise typer.Exit(logs(config, direct, server, follow=follow, as_json=as_json))
