"""What commands share that ask a running daemon: finding it, printing lists, the exit code of a refusal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from automaton.errors import AutomatonError, Refused
from automaton.printable import say, say_json
from automaton.web.http_json import write_json
from automaton.workbench.daemon_client import DaemonClient, find_daemon
from automaton.workbench.exit_code import NOT_RUNNING, OK, exit_code_of
from automaton.workbench.no_daemon import no_daemon
from automaton.workbench.terminal import columns, has_colours, plain, width_of

Shape = TypeVar("Shape", bound=msgspec.Struct)
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class TableLayout(Generic[Row]):
    """How rows become a table: its head, and the cells and the colour of each; `below` as for `columns`."""

    head: tuple[str, ...]
    cells: Callable[[Row], tuple[str, ...]]
    paint: Callable[[Row], str] = lambda _: ""
    below: int = 0

    def lines(self, rows: Sequence[Row], *, colours: bool = False, width: int | None = None) -> list[str]:
        """The head and the rows, each in `width` cells."""
        paints = ["", *map(self.paint, rows)]
        cells = [self.head, *map(self.cells, rows)]
        return columns(cells, paints, colours=colours, width=width, below=self.below)


def with_daemon(config: Path, work: Callable[[DaemonClient], int]) -> int:
    """Finds the daemon and has `work` ask it; answers what that does.

    3 where no daemon runs, and the code of what went wrong where something did.
    """
    try:
        daemon = find_daemon(config)
        if daemon is None:
            say(no_daemon(config), err=True)
            return NOT_RUNNING
        try:
            return work(daemon)
        finally:
            daemon.tell_missing()
            daemon.close()
    except AutomatonError as problem:
        say(plain(str(problem)) if isinstance(problem, Refused) else str(problem), err=True)
        return exit_code_of(problem)


def print_list(
    config: Path,
    path: str,
    shape: type[Shape],
    rows: Callable[[Shape], Sequence[Row]],
    layout: TableLayout[Row],
    nothing: str,
    *,
    as_json: bool,
) -> int:
    """Asks for a list and prints it: as JSON, as a table, or says `nothing`. 0 for all three.

    `rows` takes them out of what is answered at `path`.
    """

    def work(daemon: DaemonClient) -> int:
        answer = daemon.ask("GET", path, shape)
        if as_json:
            print_json(answer)
        elif found := rows(answer):
            for line in layout.lines(found, colours=has_colours(sys.stdout), width=width_of(sys.stdout)):
                say(line)
        else:
            say(nothing, err=True)
        return OK

    return with_daemon(config, work)


def print_json(content: msgspec.Struct) -> None:
    """On stdout, in one line of ASCII."""
    say_json(json.loads(write_json(content)), compact=True)
