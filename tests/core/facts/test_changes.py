"""Which changes of facts of Wings, the Panel and the game rules hear of."""

from __future__ import annotations

from dataclasses import replace

from automaton.core import events as ev
from automaton.core.events import State
from tests.core.story import ARENA, LOBBY, Story


def changing(fact: str) -> str:
    text = "${it.old} > ${it.new}"
    return f"rules: [{{id: a, when: {{changes: {fact}}}, do: [{{notify: ops, text: '{text}'}}]}}]"


def told(story: Story) -> list[str]:
    return [call for call in story.calls if "notify" in call]


def test_a_known_value_that_becomes_another_is_told_with_both() -> None:
    story = Story(changing("image")).at(5.0, ev.ServerListed, profile=replace(LOBBY, image="java17"))
    story.at(6.0, ev.ServerListed, profile=replace(LOBBY, image="java21"))

    assert told(story) == ["5 notify ops:  > java17", "6 notify ops: java17 > java21"]


def test_players_are_counted_and_their_number_changes() -> None:
    story = Story(changing("players")).line(1.0, "There are 3 of a max of 20 players online: a, b, c")
    assert told(story) == []

    assert told(story.line(2.0, "Steve[local] logged in with entity id 1")) == ["2 notify ops: 3 > 4"]


def test_a_report_after_a_gap_is_no_change() -> None:
    story = Story(changing("state")).at(10.0, ev.LinkLost).at(20.0, ev.LinkUp)
    story.at(20.0, ev.StateReported, state=State.OFFLINE)
    assert told(story) == []

    assert told(story.state(30.0, State.STARTING)) == ["30 notify ops: offline > starting"]


def test_readings_that_were_overdue_are_a_report() -> None:
    story = Story(changing("memory_limit")).memory(1.0, 10).memory(40.0, 10, memory_limit=200)
    assert told(story) == []

    assert told(story.memory(41.0, 10, memory_limit=400)) == ["41 notify ops: 200 B > 400 B"]


def test_a_rule_of_the_fleet_hears_of_each_server() -> None:
    rules = "rules: [{id: a, by: fleet, when: {changes: node}, do: [{notify: ops, text: '${it.new}'}]}]"
    story = Story(rules).at(1.0, ev.ServerListed, profile=ARENA)
    story.at(2.0, ev.ServerListed, profile=replace(ARENA, node="us"))

    assert told(story) == ["2 notify ops: us"]


def test_a_step_may_wait_for_a_change() -> None:
    rules = """
        rules:
          - id: a
            when: {event: ready}
            do: [{wait: {changes: image}, within: 1h}, {notify: ops, text: "an image"}]
        """
    story = Story(rules).happens(1.0, "ready")
    story.at(2.0, ev.ServerListed, profile=replace(LOBBY, image="java21"))

    assert told(story) == ["2 notify ops: an image"]
