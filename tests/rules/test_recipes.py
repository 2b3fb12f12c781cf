"""The recipes are right as they ship: each loads, alone and with all others, where it is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.configuration.recipes import Recipe, all_recipes, recipes
from tests.rules.recipe_needs import needs_of
from tests.rules.watch import configure, right

pytestmark = pytest.mark.smoke

NAMES = [recipe.name for recipe in recipes()]


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_loads_without_a_warning(name: str, tmp_path: Path) -> None:
    assert right(configure(tmp_path, [name])()).book.rules


def test_all_recipes_go_together(tmp_path: Path) -> None:
    alone = 0
    for number, name in enumerate(NAMES):
        (folder := tmp_path / str(number)).mkdir()
        alone += len(right(configure(folder, [name])()).book.rules)
    (tmp_path / "all").mkdir()

    assert len(right(configure(tmp_path / "all", NAMES)()).book.rules) == alone >= len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_says_at_its_top_what_it_is_for(name: str) -> None:
    (recipe,) = [one for one in recipes() if one.name == name]

    assert recipe.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("recipe", all_recipes(), ids=lambda recipe: recipe.name)
def test_a_recipe_says_at_its_top_what_its_rules_need(recipe: Recipe) -> None:
    said = [f"Games: {recipe.games}"]
    said += [f"Tags: {', '.join(recipe.tags)}"] if recipe.tags else []
    said += [f"Facts: {', '.join(recipe.facts)}"] if recipe.facts else []
    said += [f"Needs: {', '.join(recipe.needs)}"] if recipe.needs else []

    assert [*said, f"Allow: {recipe.allow}"] == needs_of(recipe.text), (
        "python -m tests.rules.recipe_needs FILE"
    )
    assert recipe.purpose.endswith(".")
