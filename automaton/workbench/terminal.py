"""Text for a terminal: colours where they are wanted, columns, strangers' text made harmless.

Colours are kept for terminals, and NO_COLOR (https://no-color.org) takes them away.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import TextIO

import typer
from rich.cells import cell_len, set_cell_size

from automaton.match.lines import clean
from automaton.printable import UNSEEN

# Colours and weights alone; what moves, names or clears a terminal is no part of a console's text.
_SGR = re.compile(r"(\x1b\[[0-9;]{0,32}m)")
# Text that cannot be seen is none of them: no concealing (8), no background, no black (30) on black.
_SHOWN = frozenset(map(str, (0, 1, 3, 4, *range(31, 38), 39, *range(90, 98))))
_OF_A_PALETTE = re.compile(r"(?<![0-9])[34]8;(?:5;[0-9]*|2;[0-9]*;[0-9]*;[0-9]*)")
_LINE_ENDS = re.compile(r"\r\n|\n|\r")
RESET = "\x1b[0m"
GAP = "  "
NAME_WIDTH = 32  # cells; a longer name would wrap, and its second line could look like a row of its own


def has_colours(stream: TextIO, env: Mapping[str, str] | None = None) -> bool:
    """Whether colours are wanted there: a terminal, and no NO_COLOR."""
    env = os.environ if env is None else env
    return stream.isatty() and not env.get("NO_COLOR")


def painted(text: str, colour: str, *, colours: bool) -> str:
    """The text in this colour, if `colours`; an empty one changes nothing."""
    return typer.style(text, fg=colour) if colours and colour else text


def console_lines(raw: str, *, colours: bool) -> list[str]:
    """The lines of one raw console event, harmless on a terminal; the last colour ends with its line."""
    return [_line(piece, colours) for piece in _LINE_ENDS.split(raw.rstrip("\r\n"))]


def plain(text: str) -> str:
    """Any text as one harmless line."""
    return UNSEEN.sub("\N{REPLACEMENT CHARACTER}", clean(text)[0])


def failure(problem: Exception) -> str:
    """What went wrong, for people: the name of a file, but not the errno."""
    if not isinstance(problem, OSError):
        return str(problem)
    name = "" if problem.filename is None else f"{problem.filename}: "
    return plain(f"{name}{problem.strerror or problem}")


def title(name: str) -> str:
    """A name that somebody gave, as one short piece without runs of blanks."""
    return cut(" ".join(plain(name).split()), NAME_WIDTH)


def cut(text: str, width: int | None) -> str:
    """The text cut to `width` cells; as it is where that is None."""
    if width is None or cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…"


def width_of(stream: TextIO) -> int | None:
    """The cells of a line there; None where it is no terminal."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def columns(
    rows: Sequence[Sequence[str]],
    paints: Sequence[str] = (),
    *,
    colours: bool = False,
    width: int | None = None,
    below: int = 0,
    wraps: bool = False,
) -> list[str]:
    """Rows in columns as wide as their widest cell; the last one is not filled up.

    `paints` are the colours of the rows, and lines are cut at `width`. Rather than cut, the last `below`
    columns are moved under their row, each cell on a line of its own with its heading, or with
    `wraps`, for cells in which no stranger's text is, on as many as it takes.
    """
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    if below and width is not None and sum(widths) + len(GAP) * (len(widths) - 1) > width:
        return _with_lines_below(rows, paints, colours=colours, width=width, below=below, wraps=wraps)
    lines = []
    for number, row in enumerate(rows):
        cells = [cell + " " * (wide - cell_len(cell)) for cell, wide in zip(row, widths, strict=True)]
        colour = paints[number] if number < len(paints) else ""
        lines.append(painted(cut(GAP.join(cells).rstrip(), width), colour, colours=colours))
    return lines


def _with_lines_below(
    rows: Sequence[Sequence[str]],
    paints: Sequence[str],
    *,
    colours: bool,
    width: int,
    below: int,
    wraps: bool,
) -> list[str]:
    upper = columns([row[:-below] for row in rows], paints, colours=colours, width=width)
    heads = [head.lower() for head in rows[0][-below:]]
    lines = upper[:1]
    for line, row in zip(upper[1:], rows[1:], strict=True):
        told = [(head, cell) for head, cell in zip(heads, row[-below:], strict=True) if cell not in ("", "-")]
        beneath = (f"    {head}: {cell}" for head, cell in told)
        lines += [line, *(folded(beneath, width) if wraps else (cut(one, width) for one in beneath))]
    return lines


def span(seconds: float) -> str:
    """Seconds for people, in their two largest units: `3d 4h`."""
    parts: list[str] = []
    left = int(seconds)
    for name, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        if left >= size or (name == "s" and not parts):
            parts.append(f"{left // size}{name}")
            left %= size
    return " ".join(parts[:2])


def size(number: int | None) -> str:
    """Bytes for people; `-` where unknown."""
    if number is None:
        return "-"
    amount = float(number)
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GiB"


def _line(raw: str, colours: bool) -> str:
    if not colours or not _SGR.search(raw):
        return plain(raw)
    pieces = [_visible(piece) if _SGR.fullmatch(piece) else plain(piece) for piece in _SGR.split(raw)]
    return "".join(pieces) + RESET


def _visible(sgr: str) -> str:
    """The part of a colour sequence that leaves the text visible, "" if none does."""
    codes = sgr[2:-1] or "0"
    kept = [one for one in _OF_A_PALETTE.sub("", codes).split(";") if one in _SHOWN]
    return f"\x1b[{';'.join(kept)}m" if kept else ""


def folded(lines: Iterable[str], width: int | None) -> Iterator[str]:
    """The lines wrapped at `width` cells, continued with a deeper indent; as they are where it is None."""
    for line in lines:
        if width is None or cell_len(line) <= width:
            yield line
            continue
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        room = width if cell_len(line) == len(line) else width // 2  # wide letters take two cells
        pieces = wrap(line, room, subsequent_indent=indent, break_on_hyphens=False)
        yield from (cut(piece, width) for piece in pieces)
