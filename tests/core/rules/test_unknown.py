"""What is unknown is shown with its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automaton.core import events as ev
from automaton.core.events import State
from automaton.core.moment import Moment
from automaton.core.rules.incident import Incident
from automaton.core.rules.unknown import why_not_applied, why_unknown
from tests.core.story import HIGH, LOBBY, Story

ANY = Incident(1, Moment(0.0, 0.0))


def why(story: Story, name: str, incident: Incident | None = None) -> str:
    facts = next(iter(story.engine.servers().values())).facts
    return why_unknown(name, facts, incident, story.engine.now.mono)


def test_without_a_link_nothing_of_wings_is_known() -> None:
    lost = Story(HIGH).at(1, ev.LinkLost)
    never = Story(HIGH, state=None)

    assert [why(lost, name) for name in ("state", "memory_pct", "console_age")] == ["the link is down"] * 3
    assert why(never, "state") == "the link was never up"
    assert why(never, "connected") == "the link was not tried yet"


def test_stats_are_missing_or_overdue() -> None:
    assert why(Story(HIGH), "cpu_pct") == "no stats came since the link is up"
    assert why(Story(HIGH).memory(1, 50).until(31), "cpu_pct") == "stats are overdue: none for 30 s"


def test_what_has_no_limit_has_no_share_of_it() -> None:
    story = Story(HIGH, profile=replace(LOBBY, disk_limit=None)).memory(1, 50, memory_limit=0)

    assert why(story, "memory_pct") == "Wings does not know the memory limit"
    assert why(story, "disk_pct") == "the server has no disk limit"
    assert why(story, "disk_limit") == "the server has no disk limit"


def test_a_state_that_nobody_reported() -> None:
    story = Story(HIGH).at(1, ev.Overflow, lines=5, only_lines=False)

    assert why(story, "state") == "the state was not reported since the link is up"


@pytest.mark.parametrize(
    ("name", "incident", "reason"),
    [
        ("it.who", None, "only a match has it"),
        ("it.who", ANY, "the match did not have it"),
        ("open_for", None, "no incident is open"),
        (
            "players",
            None,
            "nobody has counted them yet: the game is asked only where a live rule reads them",
        ),
        ("name", None, ""),
    ],
)
def test_what_belongs_to_a_match_or_an_incident(name: str, incident: Incident | None, reason: str) -> None:
    story = Story(HIGH).state(1, State.RUNNING)

    assert why(story, name, incident) == reason


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        ("count", "it looks at no server, or what it asks is not known of some"),
        ("avg", "too little of that time was seen"),
        ("json", ""),
    ],
)
def test_a_function_that_has_no_value_says_why(function: str, reason: str) -> None:
    facts = next(iter(Story(HIGH).engine.servers().values())).facts

    assert why_not_applied(function, facts) == reason


def test_nothing_is_seen_over_a_lost_link() -> None:
    facts = next(iter(Story(HIGH).at(1, ev.LinkLost).engine.servers().values())).facts

    assert why_not_applied("rate", facts) == "the link is down"
