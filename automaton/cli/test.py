"""`automaton test`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from automaton.cli.options import config_option, json_option

EXAMPLES = (
    "automaton test rules.d",
    'automaton test rules.d -k "*recovers*" --junit junit.xml',
)


def run(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Rule files or folders; they are loaded together.")
    ] = None,
    config: Annotated[
        Path | None,
        config_option(
            "The daemon's own file: its packs are read, and its channels and limits are judged. Without it"
            " the packs are those of packs.d beside the rules."
        ),
    ] = None,
    wanted: Annotated[
        str, typer.Option("--name", "-k", metavar="GLOB", help="Only tests of such a name.")
    ] = "*",
    as_json: Annotated[bool, json_option("For programs; moments in seconds.")] = False,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Also write JUnit's XML, for CI.")
    ] = None,
) -> None:
    """Run the `tests:` of rule files, on a clock of their own. Exit 1: a test failed; 78: a file is wrong."""
    if not paths and config is None:
        raise typer.BadParameter("name rule files or folders, or the daemon's own file with -c")
    from automaton.workbench.test import test

    raise typer.Exit(test(paths or [], config, wanted=wanted, as_json=as_json, junit=junit))
