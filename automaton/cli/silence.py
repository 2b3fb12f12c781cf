"""`automaton silence`."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from automaton.cli import completion
from automaton.cli.options import DEFAULT_CONFIG, AsJson, Config

EXAMPLES = (
    "automaton silence",
    'automaton silence -r "mem-*" -s lobby --for 2h --note "new plugins"',
    'automaton silence -s node:node-1 --for 2h --note "new disks"',
)


def run(
    action: Annotated[
        Literal["add", "list", "end"] | None,
        typer.Argument(help="What to do; default `add` with options, else `list`."),
    ] = None,
    which: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="The silence to end.", autocompletion=completion.silence),
    ] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option("--rule", "-r", help="A glob of rule ids; default all.", autocompletion=completion.rule),
    ] = None,
    server: Annotated[
        list[str] | None,
        typer.Option(
            "--server",
            "-s",
            help="A glob of names, short ids or uuids, or `node:eu-1`, `tag:prod`; default all.",
            autocompletion=completion.server,
        ),
    ] = None,
    length: Annotated[str, typer.Option("--for", help="How long, as `2h`.")] = "",
    note: Annotated[str, typer.Option("--note", help="Why; shown to whoever asks.")] = "",
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Hold every action of some rules on some servers for a while; list such silences, or end one."""
    from automaton.workbench.silence import end_silence, silence, silences

    given = bool(rule or server or length or note)
    if action == "end":
        if which is None or given:
            raise typer.BadParameter("say which: `automaton silence end ID`; `automaton silence` lists them")
        raise typer.Exit(end_silence(config, which, as_json=as_json))
    if which is not None:
        raise typer.BadParameter(f"`{which}` is not expected here")
    if action == "list" or (action is None and not given):
        if given:
            raise typer.BadParameter("a list takes no options")
        raise typer.Exit(silences(config, as_json=as_json))
    if not (rule or server) or not length:
        raise typer.BadParameter(
            "a silence needs `--rule` or `--server`, and `--for`: --server lobby --for 2h"
        )
    raise typer.Exit(silence(config, rule or [], server or [], length, note, as_json=as_json))
