"""The timeline of a failed test, drawn for people."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO

from rich.table import Table
from rich.text import Text

from automaton.ruletest.timeline import HEAD, TimelineRow
from automaton.workbench.harmless_console import HarmlessConsole
from automaton.workbench.terminal import plain

STYLES = {True: "green", False: "bold red", None: ""}


def draw_timeline(rows: Iterable[TimelineRow], *, colours: bool, width: int) -> str:
    """A timeline in columns, in which long texts take several lines."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold" if colours else "")
    for name, ratio in zip(HEAD, (None, 3, 4, 3), strict=True):
        table.add_column(name, overflow="fold", ratio=None, min_width=4 if ratio is None else 8)
    for row in rows:
        time, fed, got, expected = (plain(cell) for cell in row.cells)
        style = STYLES[row.holds] if colours else ""
        table.add_row(Text(time), Text(fed), Text(got), Text(expected, style=style))
    out = StringIO()
    console = HarmlessConsole(out, colours=colours, width=width)
    console.print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())
