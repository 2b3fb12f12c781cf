"""`automaton release`."""

from __future__ import annotations

import typer

from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

EXAMPLES = ("automaton release",)


def run(config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """End `automaton hold`: what waits goes on, where it is still wanted. Exit 1: nothing is on hold."""
    from automaton.workbench.hold import release

    raise typer.Exit(release(config, as_json=as_json))
