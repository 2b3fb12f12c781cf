"""`automaton channel`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config


def run(
    action: Annotated[Literal["test"], typer.Argument(help="What to do.")],
    name: Annotated[str, typer.Argument(help="The channel, as automaton.yml calls it.")],
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Try a channel: `test NAME` sends a message of each severity by each URL. Exit 1: one was not taken."""
    from automaton.daemon.channels import channels_of
    from automaton.workbench.channel_test import channel_test

    raise typer.Exit(channel_test(config, name, channels_of, as_json=as_json))
