"""`automaton breaker`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from automaton.cli import completion
from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config, KeyOfRuleIfAny

EXAMPLES = (
    "automaton breaker",
    "automaton breaker reset welcome lobby",
)


def run(
    action: Annotated[
        Literal["list", "reset"], typer.Argument(help="What to do; default lists what has tripped.")
    ] = "list",
    rule: Annotated[
        str | None, typer.Argument(help="The id of the rule, to reset it.", autocompletion=completion.rule)
    ] = None,
    server: KeyOfRuleIfAny = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """List the rules whose breaker has tripped, or put one to work again."""
    from automaton.workbench.breaker import breakers, reset

    if action == "list":
        raise typer.Exit(breakers(config, as_json=as_json))
    if rule is None:
        raise typer.BadParameter("say which rule: `automaton breaker reset RULE`")
    raise typer.Exit(reset(config, rule, server, as_json=as_json))
