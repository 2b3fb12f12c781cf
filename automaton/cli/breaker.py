"""`automaton breaker`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

DEFAULT = Path("/etc/automaton/automaton.yml")


def run(
    action: Annotated[
        Literal["list", "reset"], typer.Argument(help="What to do; default lists what has tripped.")
    ] = "list",
    rule: Annotated[str | None, typer.Argument(help="The id of the rule, to reset it.")] = None,
    server: Annotated[
        str | None,
        typer.Argument(help="Its name, short id or uuid, a node or `fleet`; default all of the rule."),
    ] = None,
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="AUTOMATON_CONFIG", help="The daemon's own file.")
    ] = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List the rules whose breaker has tripped, or put one to work again."""
    from automaton.workbench.breaker import breakers, reset

    if action == "list":
        raise typer.Exit(breakers(config, as_json=as_json))
    if rule is None:
        raise typer.BadParameter("say which rule: `automaton breaker reset RULE`")
    raise typer.Exit(reset(config, rule, server, as_json=as_json))
