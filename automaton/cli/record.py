"""`automaton record`."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

DEFAULT = Path("/etc/automaton/automaton.yml")


def run(
    server: Annotated[str, typer.Argument(help="Its short id, uuid or name.")],
    raw: Annotated[
        bool, typer.Option("--raw", help="Every frame as it is, for `automaton simulate --verify`.")
    ] = False,
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="AUTOMATON_CONFIG", help="The daemon's own file.")
    ] = DEFAULT,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Into this file, not stdout.")] = None,
    lasting: Annotated[
        str | None, typer.Option("--for", help="So long, as `60s`; else until Ctrl-C.")
    ] = None,
) -> None:
    """Record what a server says, on a socket of its own. Tokens lose their signature."""
    from automaton.daemon.direct import direct
    from automaton.errors import AutomatonError
    from automaton.expr.units import duration
    from automaton.workbench.hand import code_of
    from automaton.workbench.pick import pick_one

    if not raw:
        raise typer.BadParameter("say --raw: conversations are recorded frame by frame")
    try:
        seconds = duration(lasting) if lasting is not None else None
    except ValueError as problem:
        raise typer.BadParameter(str(problem), param_hint="--for") from None
    try:
        hand = direct(config)
        wanted = pick_one(hand.servers(), server, hand.unheard())  # before a file is emptied for it
        with ExitStack() as files:
            # A console is personal data: the file is its owner's alone.
            file = files.enter_context(output.open("w", encoding="utf-8")) if output else sys.stdout
            if output:
                output.chmod(0o600)
            frames = hand.record(wanted, file.write, seconds)
    except AutomatonError as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(code_of(problem)) from None
    except OSError as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{frames} frames were recorded", err=True)
