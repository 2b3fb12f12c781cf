"""What a person does to rules concerns the keys that were named, or all."""

from __future__ import annotations

import pytest

from automaton.core import events as ev
from automaton.core.events import State
from tests.core.story import ARENA, LOBBY, Story

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
