"""`automaton forget`."""

from __future__ import annotations

from typing import Annotated

import typer

from automaton.cli.options import DEFAULT_CONFIG, Config

EXAMPLES = ("automaton forget Steve",)


def run(
    player: Annotated[str, typer.Argument(help="The name, as the game writes it.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Take a person's words out of the history, also while the daemon runs; says how many rows named them."""
    from automaton.workbench.journal_copies import forget

    raise typer.Exit(forget(config, player))
