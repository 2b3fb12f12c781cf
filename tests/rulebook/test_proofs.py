"""The table of proofs is whole, has no word too many, and names tests that are there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import pytest

from automaton.core.facts.table import EVERY_FACT
from automaton.core.wings_events import WINGS_EVENTS
from automaton.expr.functions import FUNCTIONS
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
from automaton.rulebook.time_window import WindowModel
from automaton.ruletest import model as tests_of_rules
from automaton.schema.base import Strict
from automaton.schema.selector import SelectorClause
from automaton.settings.limits import Allow, LimitsSettings, PowerLimits, SendLimits
from tests.rulebook.proofs import NOT_WORDS, PAGE_FILE, id_of, page, parameter_of, read_proofs, words_of
from tests.rules import test_words

NAMES = sorted({name for rows in read_proofs().values() for names in rows.values() for name in names})
OF_PACKS = ("ready", "player.join", "player.leave", "chat")
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
    "Keys of a file": keys(RuleFile, windows=WindowModel, macros=MacroModel, facts=OwnFactModel),
    "Triggers": kinds(all_kinds().triggers.items(), but="where"),
    "Actions": kinds(all_kinds().actions.items()),
    "Facts": {*EVERY_FACT, "it"},
    "Functions": set(FUNCTIONS),
    "Events": {*WINGS_EVENTS, *OF_PACKS},
    "Words of a test": set(tests_of_rules.TestModel.known_keys()),
    "Words of a feed": {*tests_of_rules.FeedModel.known_keys(), "facts"},
    "Words of an expectation": set(tests_of_rules.with_verbs(tests_of_rules.ExpectModel).known_keys()),
    "Limits": keys(LimitsSettings, power=PowerLimits, send=SendLimits, allow=Allow),
}


@pytest.mark.parametrize("section", WORDS)
def test_every_word_has_its_proof_and_none_is_too_many(section: str) -> None:
    listed = [word for cell in read_proofs()[section] for word in words_of(cell)]

    assert sorted(listed) == sorted(WORDS[section])


def test_each_row_names_a_test() -> None:
    assert [cell for rows in read_proofs().values() for cell, names in rows.items() if not names] == []
    assert {*WORDS, "Expressions", NOT_WORDS} == set(read_proofs())


@pytest.mark.parametrize("name", NAMES)
def test_the_proof_is_there(name: str) -> None:
    file, _, test = id_of(name).partition("::")

    assert file.endswith(".py")
    assert not (given := parameter_of(name)) or given in GIVEN[test.partition("[")[0]]


@pytest.mark.parametrize("name", ["test_that_is_not_there", "test_x::test_a_time_passes", "no test"])
def test_a_name_that_no_test_has_is_told(name: str) -> None:
    with pytest.raises(LookupError, match=name):
        id_of(name)


def test_a_name_that_several_tests_have_needs_its_file() -> None:
    several = "test_out_of_time_without_else_the_run_fails"
    with pytest.raises(LookupError, match="of several, name one"):
        id_of(several)

    assert id_of(f"test_wait::{several}") == f"actions/test_wait.py::{several}"


def test_the_page_is_as_proofs_yml_and_the_tests_have_it() -> None:
    assert PAGE_FILE.read_text(encoding="utf-8") == page(), "run `make proofs`"
