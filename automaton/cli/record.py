"""`automaton record`."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

DEFAULT = Path("/etc/automaton/automaton.yml")
SMALLEST = 1024 * 1024


def run(
    target: Annotated[
        str, typer.Argument(metavar="FILE", help="Where to; with --raw the server: short id, uuid or name.")
    ],
    raw: Annotated[
        bool,
        typer.Option("--raw", help="One server's frames as they are: how your Wings speaks."),
    ] = False,
    config: Annotated[
        Path, typer.Option("--config", "-c", envvar="AUTOMATON_CONFIG", help="The daemon's own file.")
    ] = DEFAULT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="With --raw: into this file, not stdout.")
    ] = None,
    lasting: Annotated[
        str | None, typer.Option("--for", help="So long, as `60s`; else until Ctrl-C.")
    ] = None,
    largest: Annotated[
        str, typer.Option("--max", help="A file of so much is full: it becomes FILE.1, another begins.")
    ] = "100MiB",
    keep: Annotated[
        int, typer.Option(min=1, max=1000, help="So many files are kept, the oldest is dropped.")
    ] = 5,
) -> None:
    """Record what the running daemon is given, for `automaton replay`.

    Players' words stand in it: only you may read the file. With --raw: what one server says, on a socket
    of its own; tokens lose their signature.
    """
    from automaton.expr.units import UnitError, duration, size

    try:
        seconds = duration(lasting) if lasting is not None else None
        if seconds == 0:
            raise UnitError("so short a time records nothing")
    except UnitError as problem:
        raise typer.BadParameter(str(problem), param_hint="--for") from None
    if raw:
        _raw(target, config, output, seconds)
        return
    if output is not None:
        raise typer.BadParameter("name the file alone; -o goes with --raw", param_hint="--output")
    try:
        part = size(largest)
        if part < SMALLEST:
            raise UnitError("at least 1MiB: each file begins with what is known of all servers")
    except UnitError as problem:
        raise typer.BadParameter(str(problem), param_hint="--max") from None
    from automaton.workbench.record import record

    raise typer.Exit(record(config, Path(target), seconds, part, keep))


def _raw(server: str, config: Path, output: Path | None, seconds: float | None) -> None:
    from automaton.daemon.direct import direct
    from automaton.errors import AutomatonError
    from automaton.workbench.lookup import find_server
    from automaton.workbench.operator import code_of
    from automaton.workbench.terminal import failure

    try:
        hand = direct(config)
        wanted = find_server(hand.servers(), server, hand.unheard())  # before a file is emptied for it
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
        typer.echo(failure(problem), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{frames} frames were recorded", err=True)
