"""`automaton status`."""

from __future__ import annotations

import typer

from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

EXAMPLES = (
    "automaton status",
    "automaton status --json",
)


def run(
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Say how the running daemon stands. Exit 3: it does not run. Exit 4: something is not well."""
    from automaton.workbench.status import status

    raise typer.Exit(status(config, as_json=as_json))
