"""`automaton why-not`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT = Path("/etc/automaton/automaton.yml")


def run(
    rule: Annotated[str, typer.Argument(help="The id of the rule.")],
    server: Annotated[
        str, typer.Argument(help="Its name, short id or uuid; a node or `fleet` where the rule is that wide.")
    ],
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="AUTOMATON_CONFIG", help="The daemon's own file.")
    ] = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say why a rule does not fire for a server, or why nothing is done though it does."""
    from automaton.workbench.explain import why_not

    raise typer.Exit(why_not(config, rule, server, as_json=as_json))
