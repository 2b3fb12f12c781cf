"""`automaton channel`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from automaton.cli import completion
from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

EXAMPLES = (
    "automaton channel test ops",
    "automaton channel route mem-high lobby",
)


def run(
    action: Annotated[Literal["test", "route"], typer.Argument(help="What to do.")],
    name: Annotated[
        str,
        typer.Argument(
            help="With `test` the channel, as automaton.yml calls it; with `route` the rule.",
            autocompletion=completion.channel,
        ),
    ],
    server: Annotated[
        str,
        typer.Argument(
            help="With `route`: a server by its name, id or uuid; a node, or `fleet`.",
            autocompletion=completion.key,
        ),
    ] = "",
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Try a channel, or say where messages of a rule go.

    `test NAME` sends a message of each severity by each URL; exit 1: one was not taken. `route RULE SERVER`
    says where a message would go now, grouped with what, and when; exit 3: no daemon runs.
    """
    if action == "route":
        from automaton.workbench.deliveries import route

        if not server:
            raise typer.BadParameter("say about which server: `automaton channel route mem-high lobby`")
        raise typer.Exit(route(config, name, server, as_json=as_json))
    if server:
        raise typer.BadParameter(f"`{server}` is not expected here")
    from automaton.daemon.channels import channels_of
    from automaton.workbench.channel_test import channel_test

    raise typer.Exit(channel_test(config, name, channels_of, as_json=as_json))
