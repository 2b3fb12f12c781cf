"""A backup is done when that very backup is completed, and never by the end of another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from automaton.actions.backup import MakeBackup
from automaton.core.calls import Call
from automaton.core.decision import Verdict
from automaton.core.gates.limits import Limits
from automaton.core.outcome import Outcome, Result
from automaton.core.rules.rule import Arm
from automaton.core.runs.run import MOST_OVERHEARD
from tests.core.story import DONE, LIVE, Story

OURS, ANOTHERS = "5e1f0f0b-0000-4000-8000-000000000001", "c0ffee00-0000-4000-8000-000000000002"
BEGUN = Outcome(Result.DONE, way="panel", ref=OURS)
UNTOLD = "backup: nothing tells whether the backup was made"
Answer = Callable[[Call], Outcome | None]


def panel(outcome: Outcome | None) -> Answer:
    """What the Panel answers to who asks for a backup; None for nothing yet."""
    return lambda call: outcome if call.verb == "backup" else DONE


def story(backup: str = "{backup: nightly}", limits: Limits = LIVE, answer: Outcome | None = BEGUN) -> Story:
    do = f"[{backup}, {{notify: ops, text: on}}]"
    told = Story(f"rules: [{{id: a, when: {{console: '^go ?(?P<what>.*)'}}, do: {do}}}]", limits)
    told.answer = panel(answer)
    return told


def ends(told: Story, mono: float, uuid: str | None = OURS, ok: bool | None = True) -> Story:
    return told.happens(mono, "backup.completed", ok=ok, uuid=uuid)


def number_of(told: Story) -> int:
    return told.asked[0][1]


def test_it_is_done_when_it_is_completed() -> None:
    told = story('{backup: "before ${name}"}').line(10.0, "go")
    assert [call for _, _, call in told.asked] == [MakeBackup(server="u-lobby", name="before lobby")]

    assert ends(told, 70.0).calls == ["10 backup", "70 notify ops: on"]


@pytest.mark.parametrize("uuid", [ANOTHERS, None, ""])
@pytest.mark.parametrize("ok", [True, False])
def test_the_end_of_another_backup_is_not_its_end(uuid: str | None, *, ok: bool) -> None:
    """A schedule of the Panel makes one too: what comes after ours must not be done upon its end."""
    told = ends(story().line(10.0, "go"), 20.0, uuid, ok)
    assert told.calls == ["10 backup"]
    assert told.details(Verdict.FAILED) == []

    assert ends(told, 70.0).calls == ["10 backup", "70 notify ops: on"]


def test_what_ends_before_the_panels_answer_is_known_by_it_whatever_ends_besides() -> None:
    told = story(answer=None).line(10.0, "go")
    for mono, uuid in ((11.0, ANOTHERS), (12.0, OURS), (13.0, ANOTHERS)):
        ends(told, mono, uuid)
    assert told.calls == ["10 backup"]

    assert told.ends(14.0, number_of(told), BEGUN).calls == ["10 backup", "14 notify ops: on"]


def test_of_what_ends_before_the_answer_only_so_much_is_kept() -> None:
    told = ends(story(answer=None).line(10.0, "go"), 11.0)
    for turn in range(MOST_OVERHEARD):
        ends(told, 12.0 + turn, ANOTHERS)

    assert told.ends(60.0, number_of(told), BEGUN).calls == ["10 backup"]
    assert told.until(1811.0).details(Verdict.FAILED) == ["backup: its end was not heard in time"]


def test_others_that_end_before_the_answer_leave_it_waiting() -> None:
    told = ends(story(answer=None).line(10.0, "go"), 11.0, ANOTHERS)
    told.ends(14.0, number_of(told), BEGUN)
    assert told.calls == ["10 backup"]

    assert ends(told, 70.0).calls == ["10 backup", "70 notify ops: on"]


def test_one_that_fails_fails_the_run() -> None:
    told = ends(story().line(10.0, "go"), 70.0, ok=False)

    assert told.details(Verdict.FAILED) == ["backup: the backup failed"]


def test_one_of_which_nobody_says_that_it_is_good_is_not() -> None:
    told = ends(story().line(10.0, "go"), 70.0, ok=None)

    assert told.details(Verdict.FAILED) == ["backup: nothing tells whether the backup is good"]


def test_where_nobody_knows_whether_it_was_made_no_end_can_tell_and_the_run_fails() -> None:
    told = story(answer=Outcome(Result.UNKNOWN, "the Panel did not answer")).line(10.0, "go")
    ends(told, 70.0)

    assert told.calls == ["10 backup"]
    assert told.details(Verdict.FAILED) == [f"{UNTOLD}: the Panel did not answer"]


def test_an_end_that_was_heard_settles_nothing_where_the_answer_never_came() -> None:
    told = ends(story(answer=None).line(10.0, "go"), 11.0)
    told.ends(100.0, number_of(told), Outcome(Result.UNKNOWN, "no answer within 90 s"))

    assert told.details(Verdict.FAILED) == [f"{UNTOLD}: no answer within 90 s"]


def test_where_the_answer_names_no_backup_the_run_fails_and_says_where_to_look() -> None:
    told = ends(story(answer=DONE).line(10.0, "go"), 70.0)

    assert told.calls == ["10 backup"]
    (detail,) = told.details(Verdict.FAILED)
    assert detail.startswith("backup: the Panel's answer names no backup")


def test_it_has_half_an_hour_where_nothing_else_is_said() -> None:
    told = story().line(10.0, "go").until(1809.0)
    assert told.details(Verdict.FAILED) == []

    assert told.until(1811.0).details(Verdict.FAILED) == ["backup: its end was not heard in time"]


@pytest.mark.parametrize(
    "answer",
    [BEGUN, Outcome(Result.REFUSED, "too many"), Outcome(Result.UNKNOWN, "no answer"), DONE],
    ids=["no end", "refused", "unknown", "unnamed"],
)
def test_whatever_goes_wrong_its_else_runs_and_the_run_goes_on(answer: Outcome) -> None:
    told = story("{backup: nightly, within: 1m, else: [{notify: ops, text: none}]}", answer=answer)
    told.line(10.0, "go").until(99.0)

    assert [call.partition(" ")[2] for call in told.calls] == ["backup", "notify ops: none", "notify ops: on"]
    assert len(told.details(Verdict.ELSE)) == 1


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
    told = story().line(10.0, "go").restart(20.0, 30.0)
    assert ends(told, 60.0, ANOTHERS).calls == ["10 backup"]

    assert ends(told, 70.0).calls == ["10 backup", "70 notify ops: on"]


def test_an_end_that_nobody_heard_while_automaton_was_away_is_no_success() -> None:
    told = story().line(10.0, "go").restart(20.0, 30.0).until(2000.0)

    assert told.calls == ["10 backup"]
    assert told.details(Verdict.FAILED) == ["backup: its end was not heard in time"]


def test_one_that_was_asked_for_when_automaton_ended_is_neither_made_again_nor_taken_for_made() -> None:
    told = ends(story(answer=None).line(10.0, "go").restart(11.0, 1.0), 20.0)

    assert told.calls == ["10 backup"]
    assert told.details(Verdict.FAILED) == [f"{UNTOLD}: automaton was away before the answer came"]
