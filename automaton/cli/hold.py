"""`automaton hold`."""

from __future__ import annotations

from typing import Annotated

import typer

from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

EXAMPLES = ('automaton hold --reason "the node is being moved"',)


def run(
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; shown to whoever asks.")] = "",
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Stop every action of every rule at once, through restarts, until `automaton release`.

    Rules go on to judge and to notify; nothing is typed, powered, called or run, and no game is polled.
    What waits is dropped after two hours, as with any limit. Your own `automaton power` and
    `automaton send` are not held: they are yours.
    """
    from automaton.workbench.hold import hold

    raise typer.Exit(hold(config, reason, as_json=as_json))
