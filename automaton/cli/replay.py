"""`automaton replay`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from automaton.cli.options import config_option, json_option

EXAMPLES = (
    "automaton replay run.jsonl rules.d",
    "automaton replay run.jsonl new --diff rules.d",
)


def run(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="RECORDING… [RULES…]",
            help="Recordings, with all their files, and rule files or folders to judge by.",
        ),
    ],
    config: Annotated[Path | None, config_option("The daemon's own file: its limits.")] = None,
    diff: Annotated[
        Path | None,
        typer.Option(metavar="OLD_RULES", help="Judge by these too, and say only what would be otherwise."),
    ] = None,
    arm: Annotated[
        Literal["live", "shadow", "off"] | None,
        typer.Option(help="As if `limits.arm` were this; else as when it was recorded."),
    ] = None,
    decisions: Annotated[bool, typer.Option("--decisions", help="Print each decision.")] = False,
    as_json: Annotated[bool, json_option("For programs: the whole, after a line for each decision.")] = False,
) -> None:
    """Judge a recording again: what fired, was sent and was held, by rule and server. Sends nothing."""
    from automaton.core.arm import Arm
    from automaton.workbench.replay import ReplayOptions, replay

    options = ReplayOptions(
        files=files,
        config=config,
        old=diff,
        arm=Arm(arm) if arm is not None else None,
        decisions=decisions,
        as_json=as_json,
    )
    raise typer.Exit(replay(options))
