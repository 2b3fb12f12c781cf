"""`automaton power`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

DEFAULT = Path("/etc/automaton/automaton.yml")


def run(
    server: Annotated[str, typer.Argument(help="Its short id, uuid or name.")],
    action: Annotated[
        Literal["start", "stop", "restart", "kill"], typer.Argument(help="What to do with it.")
    ],
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="AUTOMATON_CONFIG", help="The daemon's own file.")
    ] = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Start, stop, restart or kill a server, and say what became of it. `limits` bind rules, not you."""
    from automaton.core.calls import Signal
    from automaton.daemon.direct import direct
    from automaton.workbench.operator import power

    raise typer.Exit(power(config, direct, server, Signal(action), as_json=as_json))
