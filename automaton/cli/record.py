"""`automaton record`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from automaton.cli.options import DEFAULT_CONFIG, Config
from automaton.errors import Invalid

SMALLEST = 1024 * 1024


EXAMPLES = (
    "automaton record evening.jsonl --for 1h",
    "automaton record lobby --raw -o frames.txt",
)


def run(
    target: Annotated[
        str, typer.Argument(metavar="FILE", help="Where to; with --raw the server: short id, uuid or name.")
    ],
    raw: Annotated[
        bool,
        typer.Option("--raw", help="One server's frames as they are: how your Wings speaks."),
    ] = False,
    config: Config = DEFAULT_CONFIG,
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
    shard: Annotated[
        str, typer.Option("--shard", help="In a cluster: which shard, as `node:eu-1` or `fleet`.")
    ] = "",
) -> None:
    """Record what the running daemon is given, for `automaton replay`.

    Players' words stand in it: only you may read the file. With --raw: what one server says, on a socket
    of its own; tokens lose their signature.
    """
    seconds = None if lasting is None else _seconds(lasting)
    if raw:
        from automaton.daemon.direct_client import direct
        from automaton.workbench.raw_recording import record_raw

        raise typer.Exit(record_raw(config, direct, target, output, seconds))
    if output is not None:
        raise typer.BadParameter("name the file alone; -o goes with --raw", param_hint="--output")
    part = _bytes(largest)
    from automaton.workbench.record import record

    raise typer.Exit(record(config, Path(target), seconds, part, keep, shard))


def _seconds(text: str) -> float:
    from automaton.expr.units import duration

    try:
        seconds = duration(text)
    except Invalid as problem:
        raise typer.BadParameter(str(problem), param_hint="--for") from None
    if seconds == 0:
        raise typer.BadParameter("so short a time records nothing", param_hint="--for")
    return seconds


def _bytes(text: str) -> int:
    from automaton.expr.units import size

    try:
        number = size(text)
    except Invalid as problem:
        raise typer.BadParameter(str(problem), param_hint="--max") from None
    if number < SMALLEST:
        why = "at least 1MiB: each file begins with what is known of all servers"
        raise typer.BadParameter(why, param_hint="--max")
    return number
