"""`automaton check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from automaton.cli.options import ConfigIfAny, json_option

EXAMPLES = (
    "automaton check",
    "automaton check --online",
    "automaton check rules.d/mine.yml",
    "automaton check --log console.log",
    "automaton check --codes",
)


def run(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Rule files or folders; with -c judged as if they lay among its rules."),
    ] = None,
    config: ConfigIfAny = None,
    alone: Annotated[
        bool, typer.Option("--alone", help="Judge the files by themselves, whatever automaton.yml says.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Take warnings for errors.")] = False,
    as_json: Annotated[bool, json_option("For programs: lines and columns from 1.")] = False,
    online: Annotated[
        bool, typer.Option("--online", help="Ask the Panels and nodes too: what do the rules lack there?")
    ] = False,
    log: Annotated[
        list[Path] | None,
        typer.Option(help="A console log: which rules take people in it for the game? Any number of them."),
    ] = None,
    codes: Annotated[
        bool, typer.Option("--codes", help="Say what each code is about, and judge nothing.")
    ] = False,
) -> None:
    """Judge the configuration and the rules: all mistakes, with place and advice. Exit 78 if there is one."""
    from automaton.workbench.check import check
    from automaton.workbench.problem_codes import codes as say_codes

    if alone and not paths:
        raise typer.BadParameter("--alone judges rule files: name one")
    if codes:
        raise typer.Exit(say_codes(as_json=as_json))
    if not online:
        raise typer.Exit(
            check(paths or [], config, strict=strict, as_json=as_json, alone=alone, logs=log or [])
        )
    if paths and (config is None or alone):
        raise typer.BadParameter("rule files alone name no Panel: give the daemon's own file with -c")
    from automaton.daemon.permission_survey import judged
    from automaton.workbench.progress_line import progress_line

    with progress_line("servers") as step:
        code = check(
            paths or [],
            config,
            strict=strict,
            as_json=as_json,
            online=lambda found: judged(found, step),
            logs=log or [],
        )
    raise typer.Exit(code)
