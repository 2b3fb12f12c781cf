"""`automaton recipes`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from automaton.cli import completion
from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

if TYPE_CHECKING:
    from automaton.workbench.operator import ServerAccess

EXAMPLES = (
    "automaton recipes",
    "automaton recipes show disk",
    "automaton recipes add disk",
)


def run(
    action: Annotated[
        Literal["list", "show", "add"], typer.Argument(help="What to do; default lists all that ship.")
    ] = "list",
    name: Annotated[
        str | None,
        typer.Argument(help="The recipe, to show or to add it.", autocompletion=completion.recipe),
    ] = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """List the rules that ship, show one, or add it to yours.

    `list` says what each is for, what it needs, and whether it fits the servers of the running daemon or,
    without one, of the configuration. `add NAME` writes it among your rules, and overwrites nothing.
    """
    if action == "add":
        from automaton.workbench.recipe_adding import add

        raise typer.Exit(add(config, _named(name, action)))
    from automaton.workbench.recipes import listed, show

    if action == "show":
        raise typer.Exit(show(_named(name, action), as_json=as_json))
    raise typer.Exit(listed(config, _direct, as_json=as_json))


def _named(name: str | None, action: str) -> str:
    if name is None:
        raise typer.BadParameter(f"say which recipe: `automaton recipes {action} crash-alert`")
    return name


def _direct(config: Path) -> ServerAccess:
    # Here, and not above: with a running daemon nobody waits for what reaches Panels by itself.
    from automaton.daemon.direct_client import direct

    return direct(config)
