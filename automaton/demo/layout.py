"""Lays sections out on a screen of any size, the most important first: what does not fit is counted.

Pure: lines in, lines out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

GAP = 2  # cells between columns
HEADING = 1  # line


@dataclass(frozen=True, slots=True)
class Section:
    """A title and its lines, the most important first. With fewer than `least` it is not shown at all."""

    title: str
    lines: Sequence[Text]
    least: int = 1


def aligned(rows: Sequence[Sequence[Text]], width: int) -> list[Text]:
    """Rows in columns as wide as their widest cell. Lines are cut at their ends, so names stay whole."""
    widths = [max(cell.cell_len for cell in column) for column in zip(*rows, strict=True)] if rows else []
    lines = []
    for row in rows:
        line = Text(no_wrap=True, overflow="ellipsis", end="")
        for cell, wide in zip(row, widths, strict=True):
            line.append_text(cell)
            line.append(" " * (wide - cell.cell_len + GAP))
        line.rstrip()
        line.truncate(width, overflow="ellipsis")
        lines.append(line)
    return lines


def laid_out(sections: Sequence[Section], width: int, height: int) -> list[Text]:
    """The lines of the screen, never more than `height`.

    Each section in turn has what it needs at least, then each what is left. The last line says what is hidden
    and how many lines would show all.
    """
    whole = sum(HEADING + len(section.lines) for section in sections)
    if whole <= height:
        shown = [len(section.lines) for section in sections]
        return _drawn(sections, shown, width)
    room = height - 1  # for the hint
    shown = [0] * len(sections)
    for wanted in ("least", "all"):
        for number, section in enumerate(sections):
            heading = 0 if shown[number] else HEADING
            goal = min(section.least, len(section.lines)) if wanted == "least" else len(section.lines)
            more = min(goal - shown[number], room - heading)
            if more > 0 and shown[number] + more >= min(section.least, len(section.lines)):
                shown[number] += more
                room -= more + heading
    return [*_drawn(sections, shown, width), _hint(sections, shown, whole + 1, width)]


def _drawn(sections: Sequence[Section], shown: Sequence[int], width: int) -> list[Text]:
    lines = []
    for section, count in zip(sections, shown, strict=True):
        if count or not section.lines:
            hidden = len(section.lines) - count
            title = f"{section.title} ({hidden} more)" if hidden else section.title
            heading = Text(f"── {title} ".ljust(width, "─"), style="bold", no_wrap=True, end="")
            heading.truncate(width)
            lines += [heading, *section.lines[:count]]
    return lines


def _hint(sections: Sequence[Section], shown: Sequence[int], whole: int, width: int) -> Text:
    absent = [
        section.title for section, count in zip(sections, shown, strict=True) if not count and section.lines
    ]
    names = f"; not shown: {', '.join(absent)}" if absent else ""
    told = f"a terminal of {whole} lines shows all{names}; Ctrl-C ends"
    hint = Text(told, style="dim", no_wrap=True, end="")
    hint.truncate(width, overflow="ellipsis")
    return hint
