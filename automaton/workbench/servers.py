"""`automaton servers`: what a daemon knows of its servers, as a table, or all of those that are named."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.cells import cell_len

from automaton.errors import AutomatonError
from automaton.printable import say
from automaton.web.routes.servers import ServerRow
from automaton.web.routes.status import StatusReport
from automaton.workbench.daemon_client import find_daemon
from automaton.workbench.exit_code import FAILED, OK
from automaton.workbench.lookup import find_server, matching_servers
from automaton.workbench.status import failed, not_running, print_report
from automaton.workbench.terminal import (
    GAP,
    columns,
    cut,
    has_colours,
    painted,
    plain,
    span,
    title,
    width_of,
)

PAINTS = {
    "live": "",
    "parked": typer.colors.RED,
    "retrying": typer.colors.YELLOW,
    "blind": typer.colors.YELLOW,
}
UNKNOWN = "-"
SHORTEST_NAME = 8  # cells: below that names tell nothing apart, and lines are cut


def servers(config: Path, patterns: Sequence[str], *, as_json: bool) -> int:
    """0, or 3 where no daemon runs; 1 where no server fits the patterns; 75 where it does not answer."""

    try:
        daemon = find_daemon(config)
        if daemon is None:
            return not_running(config, as_json=as_json)
        with closing(daemon):
            state = "degraded" if daemon.status().troubles else "ok"
            every = daemon.servers_with_facts()
            daemon.tell_missing()
        rows = matching_servers(every, patterns)
        if not rows and _are_named(patterns) and not as_json:
            rows = [find_server(every, patterns[0])]  # in whatever case; else it says which one is near
    except AutomatonError as problem:
        return failed(problem)
    if as_json:
        print_report(StatusReport(running=True, state=state, servers=rows))
    else:
        for line in _lines(rows, patterns):
            say(line)
    if not rows:
        say("no server fits" if patterns else "no server is watched yet", err=True)
    return FAILED if patterns and not rows else OK


def _lines(rows: Sequence[ServerRow], patterns: Sequence[str]) -> Iterator[str]:
    colours, width = has_colours(sys.stdout), width_of(sys.stdout)
    if rows and not _are_named(patterns):
        yield from server_table(rows, colours=colours, width=width)
    for number, row in enumerate(rows if _are_named(patterns) else ()):
        if number:
            yield ""
        yield from server_lines(row, colours=colours, width=width)


def _are_named(patterns: Sequence[str]) -> bool:
    """Whether servers are named, and not looked for by a pattern."""
    return bool(patterns) and not any(sign in pattern for pattern in patterns for sign in "*?[")


# One server


def server_lines(row: ServerRow, *, colours: bool, width: int | None = None) -> Iterator[str]:
    """Its name, its link and every fact, each on a line; of an unknown one why it is."""
    yield cut(f"{title(row.name)} ({row.id}), {row.uuid}, of {row.panel or 'no Panel'}", width)
    link = row.link
    if link is not None:
        state = painted(link.state, PAINTS.get(link.state, ""), colours=colours)
        reason = f": {plain(link.reason)}" if link.reason else ""
        yield f"link {state} for {span(link.since)}{reason}"
    facts = [
        (f"  {name}", plain(fact.text) + (f": {plain(fact.why)}" if fact.why else ""))
        for name, fact in row.facts.items()
    ]
    yield from columns(facts, width=width) if facts else ()


# The table


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, what stands in it, and whether it is a number, which stands at the right."""

    head: str
    cell: Callable[[ServerRow], str]
    is_number: bool = False


def server_table(rows: Sequence[ServerRow], *, colours: bool, width: int | None = None) -> list[str]:
    """A row a server, at most `width` cells wide: where it is narrow, with fewer columns and shorter names.

    Why a link is not up stands last, or under its row.
    """
    paints = ["", *(PAINTS.get(row.link.state, "") if row.link else "" for row in rows)]
    for layout in (_WIDE, _MIDDLE, _NARROW):
        cells = _cells(layout, rows)
        if width is None or _needed(cells) <= width:
            break
    else:
        cells = _with_names_cut(cells, _NARROW.index(_NAME), width or 0)
    told = [(*row, reason) for row, reason in zip(cells, ("REASON", *map(_reason, rows)), strict=True)]
    return columns(told, paints, colours=colours, width=width, below=1)


def _cells(layout: Sequence[Column], rows: Sequence[ServerRow]) -> list[tuple[str, ...]]:
    filled = []
    for column in layout:
        texts = [column.head, *(column.cell(row) for row in rows)]
        wide = max(map(cell_len, texts))
        filled.append([text.rjust(wide) if column.is_number else text for text in texts])
    return list(zip(*filled, strict=True))


def _needed(cells: Sequence[Sequence[str]]) -> int:
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _with_names_cut(cells: Sequence[tuple[str, ...]], at: int, width: int) -> list[tuple[str, ...]]:
    longest = max(cell_len(row[at]) for row in cells)
    room = max(SHORTEST_NAME, longest - (_needed(cells) - width))
    return [(*row[:at], cut(row[at], room), *row[at + 1 :]) for row in cells]


def _fact(name: str) -> Callable[[ServerRow], str]:
    def cell(row: ServerRow) -> str:
        fact = row.facts.get(name)
        return plain(fact.text) if fact is not None and fact.value is not None else UNKNOWN

    return cell


def _of_limit(used: str, limit: str) -> Callable[[ServerRow], str]:
    def cell(row: ServerRow) -> str:
        told, most = _fact(used)(row), _fact(limit)(row)
        return told if UNKNOWN in (told, most) else f"{told} of {most}"

    return cell


def _share(used: str, share: str) -> Callable[[ServerRow], str]:
    def cell(row: ServerRow) -> str:
        percent = _fact(share)(row)
        return percent if percent != UNKNOWN else _fact(used)(row)

    return cell


def _link(row: ServerRow) -> str:
    return row.link.state if row.link else UNKNOWN


def _state(row: ServerRow) -> str:
    """Its power state; where that is not known, how its link is."""
    return row.state or (_link(row) if row.link else UNKNOWN)


def _reason(row: ServerRow) -> str:
    return plain(row.link.reason) if row.link else ""


_NAME = Column("NAME", lambda row: title(row.name))
_ID = Column("ID", lambda row: row.id)
_LINK = Column("LINK", _link)
_PLAYERS = Column("PLAYERS", _fact("players"), is_number=True)
_CPU = Column("CPU", _fact("cpu_pct"), is_number=True)
_UPTIME = Column("UPTIME", _fact("uptime"), is_number=True)
_WIDE = (
    _ID,
    _NAME,
    Column("NODE", lambda row: title(row.node) or UNKNOWN),
    Column("STATE", lambda row: row.state or UNKNOWN),
    _LINK,
    Column("PACK", lambda row: row.pack or UNKNOWN),
    _PLAYERS,
    _CPU,
    Column("MEMORY", _of_limit("memory", "memory_limit"), is_number=True),
    Column("DISK", _of_limit("disk", "disk_limit"), is_number=True),
    _UPTIME,
)
_SHARES = (
    _PLAYERS,
    _CPU,
    Column("MEMORY", _share("memory", "memory_pct"), is_number=True),
    Column("DISK", _share("disk", "disk_pct"), is_number=True),
    _UPTIME,
)
_MIDDLE = (_ID, _NAME, Column("STATE", lambda row: row.state or UNKNOWN), _LINK, *_SHARES)
_NARROW = (_NAME, Column("STATE", _state), *_SHARES)
