"""`automaton reload`."""

from __future__ import annotations

import typer

from automaton.cli.options import DEFAULT_CONFIG, Config

EXAMPLES = ("automaton reload",)


def run(
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Have the running daemon read its files again, and say whether it took them. Exit 78: it did not."""
    from automaton.workbench.status import reload

    raise typer.Exit(reload(config))
