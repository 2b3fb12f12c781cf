"""`automaton check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Rule files or folders, judged without an automaton.yml.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", envvar="AUTOMATON_CONFIG", help="The daemon's own file.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Take warnings for errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: lines and columns from 1.")] = False,
) -> None:
    """Judge the configuration and the rules: all mistakes, with place and advice. Exit 78 if there is one."""
    from automaton.workbench.check import check

    raise typer.Exit(check(paths or [], config, strict=strict, as_json=as_json))
