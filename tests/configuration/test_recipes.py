"""The recipes that ship are found through the package."""

from __future__ import annotations

from pathlib import Path

from automaton.configuration.recipes import Recipe, read_recipe, recipes

RULES = Path(__file__).parents[2] / "rules"


def test_the_recipes_are_the_rule_files_of_the_checkout() -> None:
    assert {one.name: one.read_text(encoding="utf-8") for one in recipes()} == {
        path.name: path.read_text(encoding="utf-8") for path in RULES.glob("*.yml")
    }


def test_they_come_in_lexical_order() -> None:
    names = [one.name for one in recipes()]

    assert names == sorted(names)


def test_the_first_comment_says_what_it_is_for_and_what_it_needs() -> None:
    needs = "# Games: any but minecraft\n# Tags: nightly\n# Facts: cpu_pct, disk\n"
    needs += "# Needs: hook a\n# Allow: power [kill]\n"
    text = f"# Tells of\n# all.\n{needs}rules:\n# no\n"

    assert read_recipe("a", text) == Recipe(
        "a",
        text,
        "Tells of all.",
        "any but minecraft",
        ("nightly",),
        ("cpu_pct", "disk"),
        "power [kill]",
        ("hook a",),
    )
    assert read_recipe("c", "# One. Two.\n").summary == "One."
    assert read_recipe("b", "rules: []\n") == Recipe("b", "rules: []\n")


def test_a_recipe_fits_where_one_server_is_of_its_games() -> None:
    every, some, others = (
        read_recipe("a", f"# Games: {one}\n") for one in ("any", "rust, ark", "any but ark")
    )

    assert [one.fits(["ark"]) for one in (every, some, others)] == [True, True, False]
    assert [one.fits(["minecraft", "ark"]) for one in (every, some, others)] == [True, True, True]
    assert [one.fits([]) for one in (every, some, others)] == [True, False, True]
