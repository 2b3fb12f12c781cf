"""A backup is done when it is completed."""

from __future__ import annotations

import pytest

from automaton.core.calls import Call, MakeBackup
from automaton.core.decision import Verdict
from automaton.core.gates import Limits
from automaton.core.outcome import Outcome, Result
from automaton.core.rule import Arm
from tests.core.story import LIVE, Story

DONE = Outcome(Result.DONE)


def story(backup: str = "{backup: nightly}", limits: Limits = LIVE) -> Story:
    do = f"[{backup}, {{notify: ops, text: on}}]"
    return Story(f"rules: [{{id: a, when: {{console: '^go ?(?P<what>.*)'}}, do: {do}}}]", limits)


def test_it_is_done_when_it_is_completed() -> None:
    told = story('{backup: "before ${name}"}').line(10.0, "go")
    assert [call for _, _, call in told.asked] == [MakeBackup(server="u-lobby", name="before lobby")]

    assert told.happens(70.0, "backup.completed", ok=True).calls == ["10 backup", "70 notify ops: on"]


def test_one_that_fails_fails_the_run() -> None:
    told = story().line(10.0, "go").happens(70.0, "backup.completed", ok=False)

    assert told.details(Verdict.FAILED) == ["backup: the backup failed"]


def test_it_has_half_an_hour_where_nothing_else_is_said() -> None:
    told = story().line(10.0, "go").until(1809.0)
    assert told.details(Verdict.FAILED) == []

    assert told.until(1811.0).details(Verdict.FAILED) == ["backup: it did not end in time"]


def refused(call: Call) -> Outcome:
    return Outcome(Result.REFUSED, "too many") if call.verb == "backup" else DONE


@pytest.mark.parametrize("answer", [refused, lambda call: DONE])
def test_whatever_goes_wrong_its_else_runs_and_the_run_goes_on(answer: object) -> None:
    told = story("{backup: nightly, within: 1m, else: [{notify: ops, text: none}]}")
    told.answer = answer  # type: ignore[assignment]
    told.line(10.0, "go").until(99.0)

    assert [call.partition(" ")[2] for call in told.calls] == ["backup", "notify ops: none", "notify ops: on"]


def test_its_name_is_one_line_that_the_panel_takes() -> None:
    told = story('{backup: "a  ${it.what}"}').line(10.0, "go " + "x\x1b\u202e\u2028y" + "z" * 500)
    (call,) = [call for _, _, call in told.asked]

    assert isinstance(call, MakeBackup)
    assert call.name.isprintable()
    assert len(call.name) == 191


def test_in_shadow_it_counts_as_done() -> None:
    told = story(limits=Limits(arm=Arm.SHADOW)).line(10.0, "go")

    held = [one.held[0].verb for one in told.decisions if one.verdict is Verdict.SHADOW]
    assert held == ["backup", "notify"]


def test_after_a_restart_of_automaton_it_waits_on_for_the_same_backup() -> None:
    told = story().line(10.0, "go").restart(20.0, 30.0).happens(70.0, "backup.completed", ok=True)

    assert told.calls == ["10 backup", "70 notify ops: on"]
