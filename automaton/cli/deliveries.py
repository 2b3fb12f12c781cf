"""`automaton deliveries`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from automaton.cli import completion
from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

EXAMPLES = (
    "automaton deliveries",
    "automaton deliveries retry ops",
)


def run(
    action: Annotated[Literal["list", "retry"], typer.Argument(help="What to do.")] = "list",
    target: Annotated[
        str,
        typer.Argument(
            help="With `retry`: a channel, or one URL of it as `ops/1`; default all.",
            autocompletion=completion.channel,
        ),
    ] = "",
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """List what waits to be told, and why; `retry [TARGET]` tries at once. Exit 3: no daemon runs."""
    from automaton.workbench.deliveries import deliveries, retry

    if action == "retry":
        raise typer.Exit(retry(config, target, as_json=as_json))
    if target:
        raise typer.BadParameter(f"`{target}` is not expected here")
    raise typer.Exit(deliveries(config, as_json=as_json))
