"""`automaton packs`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from automaton.cli import completion
from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

if TYPE_CHECKING:
    from automaton.workbench.operator import ServerAccess

EXAMPLES = (
    "automaton packs",
    "automaton packs minecraft",
)


def run(
    name: Annotated[
        str | None,
        typer.Argument(
            help="A pack, to tell all of it; default lists every one.", autocompletion=completion.pack
        ),
    ] = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """List what is known of each game, its proof, and which of your servers have it, and why.

    The servers are those of the running daemon or, without one, of the configuration.
    """
    from automaton.workbench.packs import listed, show

    if name is not None:
        raise typer.Exit(show(config, _direct, name, as_json=as_json))
    raise typer.Exit(listed(config, _direct, as_json=as_json))


def _direct(config: Path) -> ServerAccess:
    # Here, and not above: with a running daemon nobody waits for what reaches Panels by itself.
    from automaton.daemon.direct_client import direct

    return direct(config)
