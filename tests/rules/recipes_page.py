"""The table of docs/recipes.md, written from the first comments of the recipes: `make docs`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from automaton.configuration.recipes import ANY, Recipe, all_recipes

PATH = Path(__file__).parents[2] / "docs" / "recipes.md"
BEGIN, END = "<!-- recipes begin -->\n", "<!-- recipes end -->"
HEADER = "| games | recipe | | tags | needs | allow |\n|---|---|---|---|---|---|\n"


def table(recipes: Iterable[Recipe]) -> str:
    """A row each: first those for any game, then by game."""
    in_order = sorted(recipes, key=lambda one: (not one.games.startswith(ANY), one.games, one.name))
    rows = []
    for games, some in groupby(in_order, key=lambda one: one.games):
        shown = games
        for one in some:
            tags, needs = (", ".join(f"`{name}`" for name in names) for names in (one.tags, one.needs))
            cells = (shown, f"`{one.name}`", one.summary, tags, needs, one.allow)
            rows.append("|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|")
            shown = ""
    return HEADER + "\n".join(rows) + "\n"


def with_table(page: str, made: str) -> str:
    """The page with this table between its marks."""
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + made + END + rest.partition(END)[2]


if __name__ == "__main__":
    text = PATH.read_text(encoding="utf-8")
    PATH.write_text(with_table(text, table(all_recipes())), encoding="utf-8")
