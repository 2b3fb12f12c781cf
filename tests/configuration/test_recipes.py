"""The recipes that ship are found through the package."""

from __future__ import annotations

from pathlib import Path

from automaton.configuration.recipes import recipes

RULES = Path(__file__).parents[2] / "rules"


def test_the_recipes_are_the_rule_files_of_the_checkout() -> None:
    assert {one.name: one.read_text(encoding="utf-8") for one in recipes()} == {
        path.name: path.read_text(encoding="utf-8") for path in RULES.glob("*.yml")
    }


def test_they_come_in_lexical_order() -> None:
    names = [one.name for one in recipes()]

    assert names == sorted(names)
