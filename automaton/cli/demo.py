"""`automaton demo`."""

from __future__ import annotations

from typing import Annotated

import typer

EXAMPLES = (
    "automaton demo",
    "automaton demo --seconds 60",
)


def run(
    seconds: Annotated[
        float | None,
        typer.Option(
            min=0, envvar="DEMO_SECONDS", help="End by itself after so many, with a summary; all takes 28."
        ),
    ] = None,
) -> None:
    """Show the main job: 12 simulated servers, the daemon, the recipes, and a live table."""
    from automaton.demo.show import main

    raise typer.Exit(main(seconds))
