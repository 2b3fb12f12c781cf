"""`automaton incidents`."""

from __future__ import annotations

import typer

from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

EXAMPLES = (
    "automaton incidents",
    "automaton incidents --json",
)


def run(
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """List the open incidents, the oldest first. Exit 3: no daemon runs."""
    from automaton.workbench.incidents import incidents

    raise typer.Exit(incidents(config, as_json=as_json))
