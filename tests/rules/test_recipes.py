"""The recipes are right as they ship: each loads, alone and with all others, where it is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.configuration.recipes import recipes
from tests.rules.watch import configure, right

NAMES = [recipe.name for recipe in recipes()]


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_loads_without_a_warning(name: str, tmp_path: Path) -> None:
    assert len(right(configure(tmp_path, [name])()).book.rules) == 1


def test_all_recipes_go_together(tmp_path: Path) -> None:
    assert len(right(configure(tmp_path, NAMES)()).book.rules) == len(NAMES) >= 8


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_says_at_its_top_what_it_is_for(name: str) -> None:
    (recipe,) = [one for one in recipes() if one.name == name]

    assert recipe.read_text(encoding="utf-8").startswith("# ")
