"""What a person does to rules concerns the keys that were named, or all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.events import State
from automaton.core.gates.hold import Hold
from tests.core.story import ARENA, LIVE, LOBBY, Story

DOWN = """
    rules:
      - id: down
        while: state == "offline"
        do: []
        escalate: [{after: 10m, unless: acked, do: [{notify: boss, text: "${name}"}]}]
    """

CRASHES = """
    rules:
      - id: again
        when: {event: crash}
        breaker: {max: 1, within: 1h}
        do: [{notify: ops, text: "${name}"}]
    """


def both(rules: str) -> Story:
    """`lobby` and `arena`, both up."""
    told = Story(rules).at(0.0, ev.ServerListed, profile=ARENA).at(0.0, ev.LinkUp, server=ARENA.uuid)
    return told.at(0.0, ev.StateReported, server=ARENA.uuid, state=State.RUNNING)


@pytest.mark.parametrize(
    ("key", "told_of"),
    [
        (LOBBY.uuid, ["610 notify boss: arena"]),
        ("", []),
        ("nobody", ["610 notify boss: lobby", "610 notify boss: arena"]),
    ],
)
def test_an_ack_is_of_one_key_or_of_all(key: str, told_of: list[str]) -> None:
    told = both(DOWN).state(10.0, State.OFFLINE).state(10.0, State.OFFLINE, server=ARENA.uuid)
    told.at(20.0, ev.Acknowledged, server="", rule="down", key=key).until(700.0)

    assert told.calls == told_of


@pytest.mark.parametrize(("key", "phases"), [(LOBBY.uuid, ["idle", "tripped"]), ("", ["idle", "idle"])])
def test_a_breaker_is_reset_for_one_key_or_for_all(key: str, phases: list[str]) -> None:
    told = both(CRASHES)
    for server in (LOBBY.uuid, ARENA.uuid):
        told.happens(10.0, "crash", server=server).happens(20.0, "crash", server=server)
    assert [told.rule_state("again", one).phase for one in (LOBBY.uuid, ARENA.uuid)] == ["tripped", "tripped"]

    told.at(30.0, ev.BreakerReset, server="", rule="again", key=key)
    assert [told.rule_state("again", one).phase for one in (LOBBY.uuid, ARENA.uuid)] == phases


def test_a_silence_that_was_remembered_ends_in_its_time() -> None:
    rules = "rules: [{id: a, when: {event: crash}, until: 1h, do: [{notify: ops, text: x}]}]"
    told = Story(rules).at(
        1.0, ev.SilenceBegan, server="", id="s1", rules=("*",), servers=("*",), until=100.0
    )
    told.restart(10.0, 5.0).happens(20.0, "crash")
    assert told.calls == []

    assert told.until(200.0).calls == ["100 notify ops: x"]


def test_taking_back_what_is_no_silence_changes_nothing() -> None:
    assert Story(CRASHES).at(1.0, ev.SilenceEnded, server="", id="s1").decisions == []


ACTS = """
    rules:
      - id: a
        when: {event: crash}
        until: 9h
        do: [{notify: ops, text: crashed}, {send: list}, {http: "https://example.org/"}, {power: restart}]
    """
REPORTED = replace(LIVE, report="boss")


class TestTheHold:
    def test_it_holds_every_action_but_messages_until_it_is_released(self) -> None:
        told = Story(ACTS, REPORTED).at(1.0, ev.HoldBegan, server="", reason="a new world", by="uid 0")
        told.happens(10.0, "crash").until(600.0)
        on_hold = list(told.calls)
        told.at(601.0, ev.HoldEnded, server="", by="uid 7").until(700.0)

        assert on_hold == [
            "1 notify boss: every action is on hold by uid 0: a new world",
            "10 notify ops: crashed",
        ]
        assert told.calls[2:] == [
            "601 notify boss: actions are released by uid 7, after a hold of 10m",
            "601 send list",
            "601 http",
            "601 power restart",
        ]

    def test_one_that_another_engine_brings_holds_the_same_and_people_are_not_told_again(self) -> None:
        told = Story(ACTS, REPORTED).at(1.0, ev.HoldBegan, server="", reason="fire", is_brought=True)
        told.at(2.0, ev.RuleArmed, server="", rule="a", arm=Arm.SHADOW, is_brought=True)
        told.at(3.0, ev.RuleArmed, server="", rule="a", is_brought=True)
        held = told.engine.hold
        told.at(4.0, ev.HoldEnded, server="", is_brought=True).until(60.0)

        assert (held, told.engine.hold) == (Hold(1.0, "fire"), None)
        assert told.calls == []

    def test_it_stops_a_run_before_its_next_step(self) -> None:
        rules = "rules: [{id: a, when: {event: crash}, do: [{send: one}, {wait: 10s}, {send: two}]}]"
        told = Story(rules).happens(10.0, "crash").at(15.0, ev.HoldBegan, server="").until(900.0)

        assert told.calls == ["10 send one"]
        assert told.at(901.0, ev.HoldEnded, server="").until(902.0).calls[1:] == ["901 send two"]

    def test_what_waited_for_two_hours_is_dropped_and_told(self) -> None:
        told = Story(ACTS, REPORTED).at(1.0, ev.HoldBegan, server="").happens(10.0, "crash").until(7300.0)

        assert told.calls[2:] == [
            "7210 notify boss: lobby: rule a: held by `automaton hold`, as every action is"
            " (dropped after 2h: `automaton release` ends it)"
        ]

    def test_what_is_over_when_it_is_released_is_not_made_up_for(self) -> None:
        rules = "rules: [{id: high, while: memory_pct > 90, do: [{send: gc}]}]"
        told = Story(rules).at(1.0, ev.HoldBegan, server="").memory(10.0, 95).memory(20.0, 50)

        assert told.at(30.0, ev.HoldEnded, server="").until(60.0).calls == []

    def test_a_server_that_a_restart_of_ours_took_down_is_started_however_late(self) -> None:
        rules = "rules: [{id: a, when: {event: crash}, do: [{power: restart, within: 1m}]}]"
        told = Story(rules)
        told.answer = lambda _: None
        told.happens(10.0, "crash").state(11.0, State.STOPPING).at(12.0, ev.HoldBegan, server="")
        told.state(13.0, State.OFFLINE).ends(13.0, told.asked[0][1]).until(12_000.0)
        assert told.calls == ["10 power restart"]

        told.at(12_001.0, ev.HoldEnded, server="").until(12_100.0)
        assert told.calls[1:2] == ["12001 power start"]

    def test_it_outlasts_a_restart(self) -> None:
        told = Story(ACTS).at(1.0, ev.HoldBegan, server="", reason="a new world", by="uid 0")
        told.restart(100.0, 50.0).happens(200.0, "crash").until(300.0)

        assert told.engine.hold == Hold(1.0, "a new world", "uid 0")
        assert told.calls == ["200 notify ops: crashed"]

    def test_a_second_one_has_its_own_reason_and_lasts_since_the_first(self) -> None:
        told = Story(ACTS).at(1.0, ev.HoldBegan, server="", reason="one", by="uid 0")
        told.at(9.0, ev.HoldBegan, server="", reason="two", by="uid 7")

        assert told.engine.hold == Hold(1.0, "two", "uid 7")

    def test_releasing_what_is_not_held_tells_nobody(self) -> None:
        assert Story(ACTS, REPORTED).at(1.0, ev.HoldEnded, server="").calls == []
