"""What becomes of events that are neither readings nor lines."""

from __future__ import annotations

from dataclasses import replace

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.event_dispatch import JOURNAL_BACK, JOURNAL_LOST
from automaton.core.events import State
from tests.core.story import CLEAN, LIVE, LOBBY, Story

TOLD = """
    rules:
      - {id: crashed, when: {event: crash}, do: [{notify: ops, text: "it crashed"}]}
      - {id: silent, while: not connected, do: [{notify: ops, text: "not seen"}]}
    """


def test_what_was_under_way_of_a_server_that_left_is_nobodys() -> None:
    story = Story(TOLD).at(1.0, ev.ServerGone, reason="deleted")
    decided = len(story.decisions)
    story.at(2.0, ev.LinkLost).at(3.0, ev.Occurred, name="crash").at(
        4.0, ev.StateReported, state=State.OFFLINE
    )

    assert (story.calls, len(story.decisions)) == ([], decided)


def test_a_journal_that_is_lost_and_back_is_told_once_each_however_often_it_is_said() -> None:
    story = Story(CLEAN, replace(LIVE, report="ops"))
    for mono, event in enumerate((ev.JournalLost, ev.JournalLost, ev.JournalBack, ev.JournalBack)):
        fields = {"reason": "no space left on device"} if event is ev.JournalLost else {}
        story.at(float(mono), event, server="", **fields)

    told = [call for call in story.calls if JOURNAL_LOST in call or JOURNAL_BACK in call]
    assert [JOURNAL_LOST in call for call in told] == [True, False]


def test_an_event_after_a_reload_is_judged_by_the_rules_of_then() -> None:
    story = Story(CLEAN).adopt(1.0, TOLD).at(2.0, ev.Occurred, name="crash").at(3.0, ev.LinkLost)

    assert story.calls == ["2 notify ops: it crashed", "3 notify ops: not seen"]


def test_a_rule_that_a_reload_brought_is_drilled_and_armed_by_hand() -> None:
    story = Story(CLEAN).adopt(1.0, TOLD)
    story.at(2.0, ev.DrillBegan, server="", rule="crashed", key=LOBBY.uuid, for_real=True)
    story.at(3.0, ev.RuleArmed, server="", rule="crashed", arm=Arm.OFF, by="ops")
    story.at(4.0, ev.Occurred, name="crash")

    assert story.calls == ["2 notify ops: it crashed"]
