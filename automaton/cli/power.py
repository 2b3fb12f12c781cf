"""`automaton power`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config, Server

EXAMPLES = ("automaton power creative restart",)


def run(
    server: Server,
    action: Annotated[
        Literal["start", "stop", "restart", "kill"], typer.Argument(help="What to do with it.")
    ],
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Start, stop, restart or kill a server, and say what became of it.

    `limits` and `automaton hold` bind rules, not you.
    """
    from automaton.core.calls import Signal
    from automaton.daemon.direct_client import direct
    from automaton.workbench.operator import power

    raise typer.Exit(power(config, direct, server, Signal(action), as_json=as_json))
