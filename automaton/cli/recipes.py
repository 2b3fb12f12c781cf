"""`automaton recipes`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

EXAMPLES = (
    "automaton recipes",
    "automaton recipes show crash-alert",
    "automaton recipes add crash-alert",
)


def run(
    action: Annotated[
        Literal["list", "show", "add"], typer.Argument(help="What to do; default lists all that ship.")
    ] = "list",
    name: Annotated[str | None, typer.Argument(help="The recipe, to show or to add it.")] = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """List the rules that ship, show one, or add it to yours.

    `list` says what each is for, what it needs, and whether it fits the servers of the running daemon or,
    without one, of the configuration. `add NAME` writes it among your rules, and overwrites nothing.
    """
    from automaton.workbench.recipes import add, listed, show

    if action == "list":
        from automaton.daemon.direct_client import direct

        raise typer.Exit(listed(config, direct, as_json=as_json))
    if name is None:
        raise typer.BadParameter(f"say which recipe: `automaton recipes {action} crash-alert`")
    raise typer.Exit(show(name, as_json=as_json) if action == "show" else add(config, name))
