"""`automaton ack`."""

from __future__ import annotations

from typing import Annotated

import typer

from automaton.cli import completion
from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

EXAMPLES = (
    "automaton ack mem-high",
    "automaton ack mem-high lobby",
)


def run(
    rule: Annotated[str, typer.Argument(help="The id of the rule.", autocompletion=completion.open_rule)],
    server: Annotated[
        str | None,
        typer.Argument(
            help="Its name, short id or uuid, a node or `fleet`; default all of the rule.",
            autocompletion=completion.open_key,
        ),
    ] = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Take note of a rule's open incidents: ends their escalation and repeats. Exit 1: none is open."""
    from automaton.workbench.incidents import ack

    raise typer.Exit(ack(config, rule, server, as_json=as_json))
