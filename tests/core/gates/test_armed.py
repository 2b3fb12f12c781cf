"""What a person says of a rule's arm holds until the next reload, and never beyond `limits.arm`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.engine import Engine
from automaton.core.gates.armed import ArmedByHand, dump_armed, load_armed
from automaton.core.moment import Moment
from tests.core.story import LIVE, Story, book

CRASH = "rules: [{id: a, when: {event: crash}, do: [{notify: ops, text: '${name}'}]}]"
SHADOW = "rules: [{id: a, arm: shadow, when: {event: crash}, do: [{notify: ops, text: '${name}'}]}]"
OPEN = "rules: [{id: a, while: state == 'offline', do: [], on_clear: [{notify: ops, text: gone}]}]"


def armed(story: Story, at: float, arm: Arm | None, **more: str) -> Story:
    return story.at(at, ev.RuleArmed, server="", rule="a", arm=arm, by="anna", **more)


def test_a_rule_that_is_turned_off_does_nothing_until_it_is_set_back() -> None:
    told = armed(Story(CRASH), 5.0, Arm.OFF).happens(10.0, "crash")
    armed(told, 20.0, None).happens(30.0, "crash")

    assert told.calls == ["30 notify ops: lobby"]


def test_in_shadow_it_is_told_what_would_have_been_done() -> None:
    told = armed(Story(CRASH), 5.0, Arm.SHADOW).happens(10.0, "crash")

    assert told.calls == []
    assert "shadow" in [one.verdict for one in told.decisions]


def test_a_rule_in_shadow_may_be_set_live_by_hand() -> None:
    told = armed(Story(SHADOW), 5.0, Arm.LIVE).happens(10.0, "crash")

    assert told.calls == ["10 notify ops: lobby"]


def test_nobody_goes_beyond_the_limit() -> None:
    told = armed(Story(CRASH, replace(LIVE, arm=Arm.SHADOW)), 5.0, Arm.LIVE).happens(10.0, "crash")

    assert told.calls == []
    assert told.engine.arm(book(CRASH).rules[0]) is Arm.SHADOW


def test_off_closes_what_is_open_as_it_does_in_a_file() -> None:
    told = Story(OPEN).state(5.0, ev.State.OFFLINE)
    armed(told, 10.0, Arm.OFF)

    assert [one.verdict.value for one in told.decisions][-1] == "withdrawn"
    assert not [one for one in told.engine.rule_states() if one.incident is not None]


def test_a_reload_holds_to_the_files_again() -> None:
    told = armed(Story(CRASH), 5.0, Arm.OFF)
    told.engine.adopt(book(CRASH), LIVE, Moment(8.0, 8.0))
    told.happens(10.0, "crash")

    assert told.calls == ["10 notify ops: lobby"]
    assert told.engine.armed() == {}


def test_the_word_of_the_file_is_no_word_by_hand() -> None:
    told = armed(armed(Story(CRASH), 5.0, Arm.OFF), 6.0, Arm.LIVE)

    assert told.engine.armed() == {}


def test_a_rule_that_is_gone_is_not_armed() -> None:
    told = Story(CRASH).at(5.0, ev.RuleArmed, server="", rule="nobody", arm=Arm.OFF)

    assert told.engine.armed() == {}


def test_who_may_report_is_told_and_by_whom() -> None:
    told = armed(Story(CRASH, replace(LIVE, report="boss")), 5.0, Arm.OFF, note="the map is rebuilt")

    assert told.calls == [
        "5 notify boss: rule a is set to `off` by anna until the next reload: the map is rebuilt"
    ]


def begun_anew(memory: dict[str, Any], rules: str) -> Engine:
    return Engine(book(rules), LIVE, Moment(100.0, 100.0), memory)


@pytest.mark.parametrize(
    ("rules", "arm", "after"),
    [(CRASH, Arm.OFF, Arm.OFF), (CRASH, Arm.SHADOW, Arm.SHADOW), (SHADOW, Arm.LIVE, Arm.SHADOW)],
)
def test_a_restart_keeps_what_does_less_and_forgets_what_does_more(rules: str, arm: Arm, after: Arm) -> None:
    told = armed(Story(rules), 5.0, arm)
    engine = begun_anew(told.engine.dump(Moment(6.0, 6.0)), rules)

    assert engine.arm(book(rules).rules[0]) is after


def test_after_a_restart_a_file_that_says_less_still_does() -> None:
    """And nobody is told that a person set the rule, and that its file says what it said before."""
    told = armed(Story(CRASH), 5.0, Arm.SHADOW)
    off = CRASH.replace("id: a,", "id: a, arm: 'off',")
    engine = begun_anew(told.engine.dump(Moment(6.0, 6.0)), off)

    assert engine.arm(book(off).rules[0]) is Arm.OFF
    assert engine.armed() == {}


def test_after_a_restart_it_stands_beside_what_the_file_says_by_then() -> None:
    told = armed(Story(CRASH), 5.0, Arm.OFF)
    engine = begun_anew(told.engine.dump(Moment(6.0, 6.0)), SHADOW)

    assert engine.arm(book(SHADOW).rules[0]) is Arm.OFF
    assert engine.armed() == {"a": ArmedByHand(Arm.OFF, Arm.SHADOW, 5.0, "anna")}


def test_a_rule_that_is_gone_after_a_restart_leaves_nothing() -> None:
    told = armed(Story(CRASH), 5.0, Arm.OFF)
    engine = begun_anew(told.engine.dump(Moment(6.0, 6.0)), CRASH.replace("id: a", "id: b"))

    assert engine.armed() == {}


def test_a_damaged_word_is_dropped_alone() -> None:
    memory = Story(CRASH).engine.dump(Moment(6.0, 6.0)) | {"armed": {"a": {"arm": "loud"}}}
    engine = begun_anew(memory, CRASH)

    assert (engine.unreadable, engine.armed()) == (1, {})


def test_what_is_written_reads_as_it_was_and_a_recording_has_all_of_it() -> None:
    less = ArmedByHand(Arm.OFF, Arm.LIVE, 5.0, "anna", "why")
    more = ArmedByHand(Arm.LIVE, Arm.SHADOW, 6.0)

    assert load_armed(dump_armed({"a": less, "b": more})) == {"a": less}
    assert load_armed(dump_armed({"a": less, "b": more}, outlives=False)) == {"a": less, "b": more}
