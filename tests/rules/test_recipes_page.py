"""docs/recipes.md has every recipe: by need, and by game as its first comment says."""

from __future__ import annotations

import re

import pytest

from automaton.configuration.recipes import Recipe, all_recipes
from tests.rules.recipes_page import PATH, table, with_table

pytestmark = pytest.mark.smoke

PAGE = PATH.read_text(encoding="utf-8")


def test_the_table_by_game_is_that_of_the_recipes() -> None:
    assert with_table(PAGE, table(all_recipes())) == PAGE, "make docs"


def test_every_recipe_stands_under_a_need_and_nothing_else_does() -> None:
    needs = PAGE.partition("\n## By need\n")[2].partition("\n## ")[0]

    assert set(re.findall(r"`([\w-]+)`", needs)) == {one.name for one in all_recipes()}


def test_a_game_is_named_once_and_those_for_any_come_first() -> None:
    made = table(
        [
            Recipe("b", "", "Of ARK. More.", games="ark", allow="power [start]"),
            Recipe("a", "", "Of ARK too.", games="ark", tags=("wiped",), needs=("hook a",)),
            Recipe("c", "", "Of all.", games="any but ark"),
        ]
    )

    assert made.splitlines()[2:] == [
        "| any but ark | `c` | Of all. | | | nothing |",
        "| ark | `a` | Of ARK too. | `wiped` | `hook a` | nothing |",
        "| | `b` | Of ARK. | | | power [start] |",
    ]
