"""`automaton arm`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from automaton.cli import completion
from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

EXAMPLES = (
    'automaton arm mem-high off --note "the map is being rebuilt"',
    "automaton arm mem-high file",
)


def run(
    rule: Annotated[str, typer.Argument(help="The id of the rule.", autocompletion=completion.rule)],
    arm: Annotated[
        Literal["off", "shadow", "live", "file"],
        typer.Argument(help="How far it may go; `file` is as its file says."),
    ],
    note: Annotated[str, typer.Option("--note", "-n", help="Why; shown to whoever looks.")] = "",
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Turn a rule off, to shadow or to live until the next reload, at once and for all its servers.

    Never beyond `limits.arm`. A restart keeps what makes a rule do less, and forgets what makes it do more.
    Off closes what is open, as it does in the file. The file is not changed: a reload holds to it again.
    """
    from automaton.workbench.arm import arm as set_arm

    raise typer.Exit(set_arm(config, rule, arm, note, as_json=as_json))
