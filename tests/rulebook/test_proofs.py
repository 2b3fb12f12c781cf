"""The table of proofs at the end of the language's page: whole, with no word too many, each test there."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

from automaton.core.vocabulary import EVERY_FACT
from automaton.core.wings_events import WINGS_EVENTS
from automaton.expr.functions import FUNCTIONS
from automaton.match.line_reader import CHAT
from automaton.rulebook.catalogue import all_kinds
from automaton.rulebook.model import (
    BreakerModel,
    EscalationModel,
    MacroModel,
    MutesModel,
    RuleFile,
    RuleModel,
)
from automaton.rulebook.time_window import WindowModel
from automaton.schema.base import Strict
from automaton.schema.selector import SelectorClause
from automaton.settings.limits import Allow, LimitsSettings, PowerLimits, SendLimits
from tests.rules import test_words

TESTS = Path(__file__).parents[1]
PAGE = (
    (TESTS.parent / "rules" / "README.md").read_text(encoding="utf-8").partition("\n## What proves it\n")[2]
)
SECTIONS = {
    title: re.findall(r"^\| (.+?) \| (`.+) \|$", body, re.MULTILINE)
    for title, body in re.findall(r"^### (.+)\n((?:(?!###).*\n)*)", PAGE, re.MULTILINE)
}
"""By its title: what stands in the first column, and in the second."""

PROOF = re.compile(r"`([\w/]+\.py)::([\w:]+)(?:\[(.+?)\])?`")
PROOFS = sorted({proof for rows in SECTIONS.values() for _, tests in rows for proof in PROOF.findall(tests)})
OF_PACKS = ("ready", "player.join", "player.leave", CHAT)
GIVEN: Mapping[str, Collection[str]] = {
    "test_a_rule_reads_the_fact": test_words.FACTS,
    "test_a_rule_reads_of_its_incident": test_words.OF_THE_INCIDENT,
    "test_a_rule_of_the_fleet_looks_over_its_servers": test_words.OVER_SERVERS,
    "test_a_rule_asks_the_function": test_words.FUNCTIONS,
    "test_a_rule_hears_the_event": test_words.EVENTS,
}
"""What the tests in brackets are given."""


def keys(model: type[Strict], **inside: type[Strict]) -> set[str]:
    """Its keys, and those of what stands in some of them, as `breaker max`."""
    return set(model.known_keys()) | {
        f"{key} {inner}" for key, held in inside.items() for inner in held.known_keys()
    }


def kinds(models: Iterable[tuple[str, type[Strict]]], but: str = "") -> set[str]:
    """The words of kinds, with their other keys as `power within`."""
    found = {(word, key) for word, model in models for key in model.known_keys() if key != but}
    return {word if key == word else f"{word} {key}" for word, key in found} | ({but} if but else set())


WORDS = {
    "Keys of a rule": keys(RuleModel, escalate=EscalationModel, breaker=BreakerModel, mutes=MutesModel),
    "Selectors": keys(SelectorClause),
    "Keys of a file": keys(RuleFile, windows=WindowModel, macros=MacroModel),
    "Triggers": kinds(all_kinds().triggers.items(), but="where"),
    "Actions": kinds(all_kinds().actions.items()),
    "Facts": {*EVERY_FACT, "it"},
    "Functions": set(FUNCTIONS),
    "Events": {*WINGS_EVENTS, *OF_PACKS},
    "Limits": keys(LimitsSettings, power=PowerLimits, send=SendLimits, allow=Allow),
}


@pytest.mark.parametrize("section", WORDS)
def test_every_word_has_its_proof_and_none_is_too_many(section: str) -> None:
    listed = [word for words, _ in SECTIONS[section] for word in re.findall(r"`(.+?)`", words)]

    assert sorted(listed) == sorted(WORDS[section])


def test_each_row_names_a_test() -> None:
    assert [
        (words, tests) for rows in SECTIONS.values() for words, tests in rows if not PROOF.search(tests)
    ] == []
    assert {*WORDS, "Expressions", "How it all goes together"} == set(SECTIONS)


@pytest.mark.parametrize(("file", "name", "given"), PROOFS)
def test_the_proof_is_there(file: str, name: str, given: str) -> None:
    assert Path(file).name.startswith("test_")
    assert name.rpartition("::")[2].startswith("test_")
    assert name in _tests_of(file)
    assert not given or given in GIVEN[name]


@cache
def _tests_of(file: str) -> frozenset[str]:
    """The tests of a file, in classes as `TestIt::test_that`."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    body = ast.parse((TESTS / file).read_text(encoding="utf-8")).body
    classes = [node for node in body if isinstance(node, ast.ClassDef)]
    return frozenset(node.name for node in body if isinstance(node, functions)) | frozenset(
        f"{one.name}::{node.name}" for one in classes for node in one.body if isinstance(node, functions)
    )
