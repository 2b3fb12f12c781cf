"""The rows of the table of facts fit together."""

from __future__ import annotations

import pytest

from automaton.core.events import State
from automaton.core.facts.observed import Observed
from automaton.core.facts.row import Teller, Where
from automaton.core.facts.table import (
    EVERY_FACT,
    OF_THE_LINK,
    OF_THE_PROFILE,
    OF_THE_STATE,
    RULE_FACTS,
    SERVER_FACTS,
    following,
    of_rule,
    told_by,
)
from tests.core.told import PROFILE


def test_a_server_and_a_rule_have_no_fact_of_the_same_name() -> None:
    assert len(EVERY_FACT) == len(SERVER_FACTS) + len(RULE_FACTS)


@pytest.mark.parametrize("name", SERVER_FACTS)
def test_what_a_fact_is_computed_from_is_told_and_not_computed_itself(name: str) -> None:
    assert [one for one in SERVER_FACTS[name].needs if SERVER_FACTS[one].needs] == []


def test_a_fact_changes_with_what_it_is_computed_from() -> None:
    assert following(frozenset({"memory", "rx"})) >= {"memory", "rx", "memory_pct"}
    assert following(frozenset({"disk_limit"})) >= {"disk_limit", "disk_pct"}
    assert following(frozenset({"rx"})) == {"rx"}


def test_a_change_of_the_profile_the_state_or_the_link_changes_what_hangs_on_it() -> None:
    assert {*told_by(Teller.PANEL), "disk_pct"} <= OF_THE_PROFILE
    assert {*told_by(Teller.STATS), *told_by(Teller.LINK)} == OF_THE_STATE
    assert OF_THE_STATE | {"connected"} == OF_THE_LINK


def test_a_fact_that_is_told_by_the_panel_is_known_without_a_link() -> None:
    observed = Observed(PROFILE)

    assert {name for name, fact in SERVER_FACTS.items() if fact.read(observed, 1.0).plain is not None} == set(
        told_by(Teller.PANEL)
    )


def test_the_states_of_the_language_are_those_of_wings() -> None:
    assert SERVER_FACTS["state"].values == tuple(State)


def test_a_breaker_knows_how_often_the_rule_ran_and_no_incident() -> None:
    assert of_rule(Where.TRIP) == ("attempt",)
