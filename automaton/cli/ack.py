"""`automaton ack`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT = Path("/etc/automaton/automaton.yml")


def run(
    rule: Annotated[str, typer.Argument(help="The id of the rule.")],
    server: Annotated[
        str | None,
        typer.Argument(help="Its name, short id or uuid, a node or `fleet`; default all of the rule."),
    ] = None,
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="AUTOMATON_CONFIG", help="The daemon's own file.")
    ] = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Take note of a rule's open incidents: ends their escalation and repeats. Exit 1: none is open."""
    from automaton.workbench.incidents import ack

    raise typer.Exit(ack(config, rule, server, as_json=as_json))
