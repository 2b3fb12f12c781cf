"""`automaton plan`."""

from __future__ import annotations

from typing import Annotated

import typer

from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

EXAMPLES = ("automaton plan --since 7d",)


def run(
    since: Annotated[str, typer.Option("--since", help="How far back, as `7d`.")] = "7d",
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Tell what rules in shadow would have done lately, by rule and server, and what budgets would have held.

    It is read from the history. What today's `limits.power` and `limits.send` would have held is counted as
    held, and spends nothing.
    """
    from automaton.workbench.plan import plan

    raise typer.Exit(plan(config, since, as_json=as_json))
