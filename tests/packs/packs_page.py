"""The table of docs/packs.md, written from the packs: `make docs`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from automaton.packs.load import FALLBACK
from automaton.packs.model import PackFile
from automaton.workbench.pack_page import abilities, own_events
from tests.packs.ear import SHIPPED

PAGE_FILE = Path(__file__).parents[2] / "docs" / "packs.md"
BEGIN, END = "<!-- packs begin -->\n", "<!-- packs end -->"
EGGS = 6  # of a pack that are named; the others are counted


def table() -> str:
    """A row for each game."""
    return "".join(f"{line}\n" for line in _lines())


def between_marks(page: str) -> str:
    """What stands there now."""
    return page.partition(BEGIN)[2].partition(END)[0]


def with_table(page: str, made: str) -> str:
    """The page with this table between its marks."""
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + made + END + rest.partition(END)[2]


def _lines() -> Iterator[str]:
    yield "| pack | eggs | it tells and can do | proof |"
    yield "|---|---|---|---|"
    for name in sorted(SHIPPED):
        if name != FALLBACK:
            pack = SHIPPED[name]
            yield f"| `{name}` | {_eggs(pack)} | {', '.join(_able(pack))} | {pack.proof} |"


def _eggs(pack: PackFile) -> str:
    globs = [glob.source for glob in pack.match.egg] if pack.match is not None else []
    more = len(globs) - EGGS
    return ", ".join(f"`{one}`" for one in globs[:EGGS]) + (f" and {more} more" if more > 0 else "")


def _able(pack: PackFile) -> Iterator[str]:
    """What every pack may have in words, and its own events by name."""
    own = list(own_events(pack))
    yield from (one for one in abilities(pack) if one not in ("stop", *own))
    yield from (f"`{name}`" for name in own)


if __name__ == "__main__":
    PAGE_FILE.write_text(with_table(PAGE_FILE.read_text(encoding="utf-8"), table()), encoding="utf-8")
