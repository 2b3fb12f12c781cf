"""The language's page for operators is whole: every word, fact and reason. tests/docs/ loads its examples."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from automaton.core.facts.table import EVERY_FACT
from automaton.core.wings_events import WINGS_EVENTS
from automaton.expr.functions import FUNCTIONS
from automaton.packs.addition import PackAddition
from automaton.packs.model import PackFile
from automaton.rulebook.catalogue import all_kinds
from automaton.rulebook.model import (
    BreakerModel,
    EscalationModel,
    MacroModel,
    MutesModel,
    RuleFile,
    RuleModel,
)
from automaton.rulebook.own_fact_model import OwnFactModel
from automaton.ruletest import model as tests
from automaton.schema.next_of import NextOf
from automaton.schema.selector import SelectorClause
from automaton.settings.limits import LimitsSettings
from tests.rulebook.facts_page import table_of, tables
from tests.rulebook.reasons_page import HEADER, reasons

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "rules" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "word",
    [
        *(*RuleModel.known_keys(), *RuleFile.known_keys(), *EscalationModel.known_keys()),
        *(*BreakerModel.known_keys(), *MutesModel.known_keys(), *MacroModel.known_keys()),
        *(*OwnFactModel.known_keys(), *SelectorClause.known_keys(), *NextOf.known_keys()),
        *(*all_kinds().triggers, *all_kinds().actions),
        *(key for kind in (*all_kinds().triggers.values(), *all_kinds().actions.values())
          for key in kind.known_keys()),
        *(*WINGS_EVENTS, *EVERY_FACT, *FUNCTIONS),
        *(*LimitsSettings.known_keys(), *PackFile.known_keys(), *PackAddition.known_keys()),
        *(*tests.TestModel.known_keys(), *tests.FeedModel.known_keys(), *tests.ExpectModel.known_keys()),
    ],
)  # fmt: skip
def test_every_word_of_the_language_stands_on_the_page(word: str) -> None:
    assert re.search(rf"[`{{ (]{re.escape(word)}\b", PAGE)


def test_the_facts_stand_on_the_page_as_in_their_table() -> None:
    assert {header: table_of(PAGE, header) for header in tables()} == tables(), "make docs"


def test_every_reason_stands_on_the_page_with_its_sentence() -> None:
    assert table_of(PAGE, HEADER) == reasons(), "make docs"


def test_everything_that_a_rule_is_warned_of_stands_on_the_page() -> None:
    section = PAGE.partition("\n## What check warns of\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE)

    assert {code for row in listed for code in re.findall(r"`([\w-]+)`", row)} == set(_warnings())


def _warnings() -> Iterator[str]:
    """The codes in calls of `problem_at` and `Problem` that say that it is no error."""
    for path in (ROOT / "automaton" / "rulebook").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="problem_at"),
                    args=[_, ast.Constant(value=str(code)), *_],
                    keywords=[ast.keyword(arg="severity", value=ast.Constant(value="warning" | "note")), *_],
                ):
                    yield code
                case ast.Call(func=ast.Name(id="Problem"), keywords=keywords):
                    given = {
                        one.arg: one.value.value for one in keywords if isinstance(one.value, ast.Constant)
                    }
                    if given.get("severity") in ("warning", "note"):
                        yield str(given["code"])


def test_the_example_greets_who_comes_while_another_is_greeted() -> None:
    """Without `by` there is one incident for all who join."""
    (greeting,) = re.findall(r"(?m)^  - id: welcome\n((?:    .*\n)+)", PAGE)

    assert "by: [it.player]" in greeting
