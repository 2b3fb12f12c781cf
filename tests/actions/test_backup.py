"""A backup is done when that very backup is completed, and never by the end of another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from automaton.actions.backup import MakeBackup, MakeLockedBackup, RotateBackups
from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import Call
from automaton.core.decision import Verdict
from automaton.core.gates.limits import Limits
from automaton.core.outcome import Outcome, Result
from automaton.core.runs.run import MOST_OVERHEARD
from tests.core.story import DONE, LIVE, Story, book

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


KEEPS = "{backup: nightly, keep: 2}"


def makes(told: Story, mono: float, uuid: str) -> Story:
    """A backup of this uuid is made, and ends well; a rotation deletes none of those that it was given."""

    def answer(call: Call) -> Outcome:
        if isinstance(call, RotateBackups):
            return Outcome(Result.DONE, ref=" ".join(call.made))
        return Outcome(Result.DONE, ref=uuid)

    told.answer = answer
    return ends(told.line(mono, "go"), mono + 5.0, uuid)


def rotated(told: Story) -> list[RotateBackups]:
    return [call for _, _, call in told.asked if isinstance(call, RotateBackups)]


def test_once_it_is_good_the_oldest_that_the_rule_made_go_and_the_run_goes_on() -> None:
    told = story(KEEPS)
    for turn, uuid in enumerate(("a", "b", "c")):
        makes(told, 10.0 + 100 * turn, uuid)

    assert [one.made for one in rotated(told)] == [("a",), ("a", "b"), ("a", "b", "c")]
    assert {one.keep for one in rotated(told)} == {2}
    assert told.calls[-3:] == ["210 backup", "215 rotate", "215 notify ops: on"]


def test_what_another_rule_made_is_not_among_them() -> None:
    told = Story(
        "rules:"
        "\n  - {id: a, when: {console: '^go'}, do: [{backup: x, keep: 1}]}"
        "\n  - {id: b, when: {console: '^hand'}, do: [{backup: y, keep: 1}]}"
    )
    told.answer = panel(Outcome(Result.DONE, ref="of-b"))
    ends(told.line(1.0, "hand"), 2.0, "of-b")
    makes(told, 10.0, "of-a")

    assert [one.made for one in rotated(told)] == [("of-b",), ("of-a",)]


def test_what_is_left_is_remembered_and_what_is_gone_is_not() -> None:
    told = makes(story(KEEPS), 10.0, "a")

    def answer(call: Call) -> Outcome:
        return Outcome(Result.DONE, ref="b c" if call.verb == "rotate" else "b")

    told.answer = answer
    ends(told.line(100.0, "go"), 105.0, "b")
    makes(told, 200.0, "c")

    assert [one.made for one in rotated(told)] == [("a",), ("a", "b"), ("b", "c")]


def test_what_it_made_is_remembered_through_a_restart_of_automaton() -> None:
    told = makes(story(KEEPS), 10.0, "a").restart(60.0, 30.0)

    assert rotated(makes(told, 200.0, "b"))[-1].made == ("a", "b")


def test_one_whose_answer_comes_after_the_end_of_its_run_is_the_rules_all_the_same() -> None:
    told = Story("rules: [{id: a, while: memory_pct > 90, do: [{backup: nightly, keep: 2}]}]")
    told.answer = lambda _: None
    told.memory(10.0, 95).memory(11.0, 50).ends(12.0, number_of(told), Outcome(Result.DONE, ref="a"))
    told.answer = panel(Outcome(Result.DONE, ref="b"))
    ends(told.memory(100.0, 95), 105.0, "b")

    assert [one.made for one in rotated(told)] == [("a", "b")]


def test_one_that_failed_rotates_nothing() -> None:
    told = ends(story(KEEPS).line(10.0, "go"), 15.0, ok=False)

    assert rotated(told) == []


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (Outcome(Result.REFUSED, "not allowed"), Verdict.NOT_POSSIBLE),
        (Outcome(Result.FAILED, "silent"), Verdict.NOT_POSSIBLE),
        (Outcome(Result.UNKNOWN, "silent"), Verdict.UNCERTAIN),
    ],
)
def test_old_ones_that_stay_are_told_and_fail_nothing(outcome: Outcome, verdict: Verdict) -> None:
    told = story(KEEPS)
    told.answer = lambda call: {"rotate": outcome, "backup": BEGUN}.get(call.verb, DONE)
    ends(told.line(10.0, "go"), 15.0)

    why = f"backup: the backup is made, and old ones may be too many: {outcome.detail}"
    assert told.details(verdict) == [why]
    assert told.calls[-1] == "15 notify ops: on"


def test_a_rotation_that_a_restart_of_automaton_interrupted_is_not_asked_for_again() -> None:
    told = story(KEEPS)
    told.answer = lambda call: {"rotate": None, "backup": BEGUN}.get(call.verb, DONE)
    ends(told.line(10.0, "go"), 15.0).restart(16.0, 30.0)

    assert told.calls == ["10 backup", "15 rotate", "46 notify ops: on"]
    assert len(told.details(Verdict.UNCERTAIN)) == 1


def test_a_rotation_that_is_held_comes_when_nothing_holds_it() -> None:
    told = story(KEEPS).line(10.0, "go")
    told.at(12.0, ev.JournalLost, server="", reason="full")
    ends(told, 15.0)
    assert rotated(told) == []

    told.at(20.0, ev.JournalBack, server="").until(21.0)

    assert [one.made for one in rotated(told)] == [(OURS,)]


def test_a_lock_is_asked_for_with_the_backup() -> None:
    told = story("{backup: golden, lock: true}").line(10.0, "go")

    assert told.asked[0][2] == MakeLockedBackup(server="u-lobby", name="golden")


def test_a_lock_that_the_panel_did_not_take_is_told() -> None:
    told = story("{backup: golden, lock: true}", answer=Outcome(Result.DONE, "not locked", ref=OURS))

    assert ends(told.line(10.0, "go"), 15.0).details(Verdict.NOT_POSSIBLE) == ["backup: not locked"]
    assert told.calls[-1] == "15 notify ops: on"


@pytest.mark.parametrize(
    ("backup", "problem"),
    [
        ("{backup: a, keep: 3, lock: true}", "never deletes a locked backup"),
        ("{backup: a, keep: 101}", "`keep` is at most 100"),
        ("{backup: a, keep: 0}", "from 1 on"),
    ],
)
def test_what_cannot_be_kept_is_a_load_error(backup: str, problem: str) -> None:
    with pytest.raises(AssertionError, match=problem):
        book(f"rules: [{{id: a, when: {{event: ready}}, do: [{backup}]}}]")


def test_a_backup_without_either_reads_as_before_there_were_any() -> None:
    """A run that is under way at an upgrade finds its steps unchanged."""
    (step,) = book("rules: [{id: a, when: {event: ready}, do: [{backup: a}]}]").rules[0].do

    assert "keep" not in repr(step)
    assert "lock" not in repr(step)
