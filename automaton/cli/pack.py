"""`automaton pack`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from automaton.cli.options import AsJson, ConfigIfAny

EXAMPLES = (
    "automaton pack new console.log --name mygame -o mygame.yml",
    "automaton pack test mygame.yml",
    "automaton pack test --shipped",
)


def run(
    action: Annotated[Literal["new", "test"], typer.Argument(help="What to do.")],
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[LOG|FILE]...",
            help="With `new` consoles, `-` is the standard input; with `test` packs, else all of packs.d.",
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="With `new`: how the pack is called.")] = None,
    egg: Annotated[
        Path | None,
        typer.Option(help="With `new`: the game's egg, as the Panel exports it, for match, ready and stop."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="With `new`: the file to write; default is stdout.")
    ] = None,
    shipped: Annotated[
        bool, typer.Option("--shipped", help="With `test`: those that ship with automaton as well.")
    ] = False,
    config: ConfigIfAny = None,
    as_json: AsJson = False,
) -> None:
    """Propose a pack from consoles, or run the tests of packs.

    `new` looks for the prefix, the line of a start, joins, leaves and chat, and leaves out what no line
    tells plainly; exit 1: nothing was found. `test` holds each line under `tests` to what it must be;
    exit 1: one is otherwise, 78: a file is wrong.
    """
    if action == "new":
        from automaton.workbench.pack_new import NewOptions, pack_new

        if not files:
            raise typer.BadParameter("name the consoles to read: `automaton pack new console.log`")
        if shipped:
            raise typer.BadParameter("it goes with `test`", param_hint="--shipped")
        options = NewOptions(logs=files, name=name, egg=egg, output=output, as_json=as_json)
        raise typer.Exit(pack_new(options))
    from automaton.workbench.pack_test import pack_test

    for option, value in (("--name", name), ("--egg", egg), ("--output", output)):
        if value is not None:
            raise typer.BadParameter("it goes with `new`", param_hint=option)
    raise typer.Exit(pack_test(files or [], config, shipped=shipped, as_json=as_json))
