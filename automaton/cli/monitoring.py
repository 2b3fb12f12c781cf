"""`automaton monitoring`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

EXAMPLES = (
    "automaton monitoring prometheus",
    "automaton monitoring grafana",
)


def run(
    of: Annotated[
        Literal["prometheus", "grafana"],
        typer.Argument(help="Alert rules for Prometheus, or a dashboard for Grafana."),
    ],
) -> None:
    """Print what ships to watch automaton itself: alert rules for Prometheus, a dashboard for Grafana.

    Both read what the page tells at `/metrics`; the rules expect the scrape job to be named `automaton`.
    """
    from automaton.workbench.monitoring import monitoring

    raise typer.Exit(monitoring(of))
