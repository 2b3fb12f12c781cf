"""`automaton history`."""

from __future__ import annotations

from typing import Annotated

import typer

from automaton.cli import completion
from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

EXAMPLES = (
    "automaton history --server lobby --since 7d",
    "automaton history --verdict fired -n 20",
)


def run(
    rule: Annotated[
        str, typer.Option("--rule", "-r", help="Only of the rule of this id.", autocompletion=completion.rule)
    ] = "",
    server: Annotated[
        str, typer.Option("--server", "-s", help="Only of this server.", autocompletion=completion.server)
    ] = "",
    verdict: Annotated[
        str,
        typer.Option(
            "--verdict",
            help="Only this code, as `fired`, or result, as `failed`.",
            autocompletion=completion.verdict,
        ),
    ] = "",
    since: Annotated[str, typer.Option("--since", help="How far back, as `7d`; default all.")] = "",
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=10_000, help="At most so many rows.")
    ] = 100,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Show what was decided, asked and answered, and what people did, the newest last.

    It is read from the journal: also while no daemon runs.
    """
    from automaton.workbench.history import HistoryWanted, history

    wanted = HistoryWanted(rule=rule, server=server, verdict=verdict, back=since, limit=limit)
    raise typer.Exit(history(config, wanted, as_json=as_json))
