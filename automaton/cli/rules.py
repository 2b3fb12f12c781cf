"""`automaton rules`."""

from __future__ import annotations

import typer

from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

EXAMPLES = ("automaton rules",)


def run(
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """List the rules with what came of them since the daemon began. Exit 3: no daemon runs."""
    from automaton.workbench.rules import rules

    raise typer.Exit(rules(config, as_json=as_json))
