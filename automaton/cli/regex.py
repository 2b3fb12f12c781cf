"""`automaton regex`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from automaton.cli.options import AsJson, config_option

EXAMPLES = (
    'automaton regex console.log "Done"',
    "automaton regex console.log minecraft",
    "automaton regex console.log",
)


def run(
    file: Annotated[Path, typer.Argument(help="A console log; `-` is the standard input.")],
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[PATTERN|PACK]",
            help="An RE2 pattern, or a pack by name or file. Without it: which pack fits best.",
        ),
    ] = None,
    exclude: Annotated[str | None, typer.Option("--not", help="As `not:` beside `console:`.")] = None,
    pack: Annotated[
        str | None, typer.Option(help="The pack that reads the lines: cuts its prefix, tells chat.")
    ] = None,
    config: Annotated[Path | None, config_option("The daemon's own file: its packs.d is read.")] = None,
    show: Annotated[int, typer.Option(min=0, help="So many lines of each kind; 0 shows all.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Try a pattern or a pack on a console log: matched, excluded, nearly matched, captures, time.

    A pack also shows the lines that look like people and that it takes for the game's own, each form with the
    `chat:` that would hear it. Exit 1: nothing was found.
    """
    from automaton.workbench.regex import RegexOptions, regex
    from automaton.workbench.regex_report import EVERY, ShowOptions

    if what is None and exclude is not None:
        raise typer.BadParameter("it goes with a pattern", param_hint="--not")
    shown = ShowOptions(show or EVERY, as_json)
    options = RegexOptions(file=file, what=what, exclude=exclude, pack=pack, config=config, shown=shown)
    raise typer.Exit(regex(options))
