"""Scalars of any kind are taken, for programs write rules too; what YAML took away unseen is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources.abc import Traversable

import pytest
import yaml

from automaton.configuration.recipes import recipes
from automaton.rulebook.load import load_texts
from tests.rulebook.texts import KNOWN, told

RECIPES = recipes()


def every_scalar_a_text(text: str) -> object:
    return yaml.load(text, Loader=yaml.BaseLoader)


def in_style(style: str) -> Callable[[str], str]:
    """Every scalar in this style, keys too. Of texts alone: others would get a tag."""
    return lambda text: yaml.safe_dump(every_scalar_a_text(text), default_style=style, sort_keys=False)


WRITERS: dict[str, Callable[[str], str]] = {
    "safe_dump of what YAML 1.1 read": lambda text: yaml.safe_dump(yaml.safe_load(text), sort_keys=False),
    "safe_dump of texts": lambda text: yaml.safe_dump(every_scalar_a_text(text), sort_keys=False),
    "safe_dump with sorted keys, narrow": lambda text: yaml.safe_dump(yaml.safe_load(text), width=30),
    "flow style": lambda text: yaml.safe_dump(yaml.safe_load(text), default_flow_style=True),
    "double quotes": in_style('"'),
    "single quotes": in_style("'"),
    "folded blocks": in_style(">"),
    "literal blocks": in_style("|"),
    "JSON": lambda text: json.dumps(yaml.safe_load(text)),
    "JSON with line breaks": lambda text: json.dumps(yaml.safe_load(text), indent=2, ensure_ascii=False),
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_a_recipe_that_a_program_wrote_anew_is_the_same_recipe(recipe: Traversable, writer: str) -> None:
    text = recipe.read_text(encoding="utf-8")
    by_hand = load_texts([("r.yml", text)], KNOWN)
    by_program = load_texts([("r.yml", WRITERS[writer](text))], KNOWN)

    assert [one for one in by_program.problems if one.severity == "error"] == []
    assert by_program.rules == by_hand.rules
    assert by_program.windows == by_hand.windows


def pattern(written: str) -> list[str]:
    return told(f"rules:\n  - id: a\n    when:\n      console: {written}\n    do: [{{notify: ops}}]\n")


@pytest.mark.parametrize(
    "written",
    [
        r"'^Can''t keep up'",
        r"^Done \([\d.,]+s\)!",
        r'"^Done \\([\\d.,]+s\\)!"',
        '"^a\\tb"',
        ">-\n        ^one line\n        of two",
        "|-\n        ^one: line # of all",
        "^a#b:c",
    ],
)
def test_a_pattern_in_any_quotes_is_taken(written: str) -> None:
    assert pattern(written) == []


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            r'"^\bError\\d"',
            r"in double quotes `\` begins an escape, so this is a control character; found"
            r""" "^\bError\\d"; expected a pattern in single quotes, where `\` stays what it is;"""
            r" write `'^\bError\d'`",
        ),
        (
            "^Player #1 joined",
            "a ` #` ends a value in YAML: a pattern with ` #` in it stands in single quotes, and a comment in"
            " a line of its own; found `#1 joined`; write `'^Player #1 joined'`",
        ),
        (
            "\n        ^Error: it's broken",
            "a `: ` ends a key in YAML: a pattern with `: ` in it stands in single quotes; found `^Error:`;"
            " write `'^Error: it''s broken'`",
        ),
        (
            "|\n        ^Error",
            "a block scalar ends with a line break, which would be a part of this; found `|`; write `|-`",
        ),
        (
            ">\n        ^Error",
            "a block scalar ends with a line break, which would be a part of this; found `>`; write `>-`",
        ),
    ],
)
def test_what_yaml_took_away_unseen_is_told_with_the_cure(written: str, message: str) -> None:
    (problem,) = pattern(written)

    assert problem.split(": error: ")[1].startswith(message), problem


@pytest.mark.parametrize(
    "key", ["id: |\n      a", "id: a\n    for: |\n      5m", "id: a\n    servers: |\n      x"]
)
def test_a_last_line_break_is_told_wherever_it_would_be_a_part_of_the_value(key: str) -> None:
    (problem,) = told(f"groups: {{x: {{name: y}}}}\nrules:\n  - {key}\n    while: suspended\n    do: [end]\n")

    assert "a block scalar ends with a line break" in problem


def test_a_text_and_an_expression_may_end_with_a_line_break() -> None:
    rule = "rules:\n  - id: a\n    note: |\n      why\n    while: |\n      players > 3\n      and connected\n"

    assert told(rule + "    do:\n      - notify: ops\n        text: |\n          hello\n") == []


def test_a_command_may_not() -> None:
    (problem,) = told(
        "rules:\n  - id: a\n    when: {event: crash}\n    do:\n      - say: |\n          hello\n"
    )

    assert "write `|-`" in problem


def test_an_expression_that_a_comment_cut_short_says_so() -> None:
    (problem,) = told('rules:\n  - id: a\n    while: name == "lobby #1"\n    do: [{notify: ops}]\n')

    assert "a ` #` ends the value in YAML" in problem
    assert """write `'name == "lobby #1"'`""" in problem
