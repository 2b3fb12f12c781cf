"""Why a server went down (rule-language 4.6)."""

from __future__ import annotations

import json

import pytest

from automaton.core.calls import Signal
from automaton.core.events import State
from automaton.core.intent import CRASH_TOLD_WITHIN, Intent
from automaton.core.lasting import Lasting
from automaton.core.moment import Moment

RUNNING, STARTING, STOPPING, OFFLINE = State.RUNNING, State.STARTING, State.STOPPING, State.OFFLINE


def up() -> Intent:
    intent = Intent()
    intent.reported(None, RUNNING, 0.0)
    intent.ran()
    return intent


def test_nobody_stopped_a_server_that_is_up() -> None:
    assert up().by == "nobody"


def test_a_stop_that_nobody_of_us_asked_for_is_an_operators() -> None:
    intent = up()
    intent.changed(RUNNING, STOPPING, 100.0, held_by_wings=False)

    assert intent.by == "operator"


@pytest.mark.parametrize("signal", [Signal.STOP, Signal.KILL])
@pytest.mark.parametrize(("after", "by"), [(39.0, "automaton"), (41.0, "operator")])
def test_our_own_stop_explains_a_stop_for_forty_seconds(signal: Signal, after: float, by: str) -> None:
    intent = up()
    intent.asked(signal, 100.0)
    intent.changed(RUNNING, STOPPING, 100.0 + after, held_by_wings=False)

    assert intent.by == by


def test_a_restart_of_ours_that_does_not_come_up_is_not_a_humans_stop() -> None:
    intent = up()
    intent.asked(Signal.RESTART, 100.0)
    intent.changed(RUNNING, STOPPING, 101.0, held_by_wings=False)
    intent.changed(STOPPING, OFFLINE, 105.0, held_by_wings=False)

    assert intent.by == "wings"


@pytest.mark.parametrize("event", ["disk.exceeded", "install.started", "transfer"])
def test_what_wings_does_by_itself_is_no_operator(event: str) -> None:
    intent = up()
    intent.told(event, 100.0)
    intent.changed(RUNNING, STOPPING, 101.0, held_by_wings=False)

    assert intent.by == "wings"


@pytest.mark.parametrize(("after", "by"), [(4.0, "wings"), (6.0, "operator")])
def test_the_daemons_word_may_come_after_the_state(after: float, by: str) -> None:
    intent = up()
    intent.changed(RUNNING, STOPPING, 100.0, held_by_wings=False)
    intent.told("disk.exceeded", 100.0 + after)

    assert intent.by == by


def test_a_suspended_server_is_stopped_by_wings() -> None:
    intent = up()
    intent.changed(RUNNING, STOPPING, 101.0, held_by_wings=True)

    assert intent.by == "wings"


def test_a_start_that_failed_before_its_container_ran_is_wings() -> None:
    intent = Intent()
    intent.changed(OFFLINE, STARTING, 100.0, held_by_wings=False)
    intent.changed(STARTING, STOPPING, 101.0, held_by_wings=False)

    assert intent.by == "wings"


def test_a_fall_is_undecided_until_the_daemon_had_time_to_call_it_a_crash() -> None:
    intent = up()
    intent.changed(RUNNING, OFFLINE, 100.0, held_by_wings=False)

    assert (intent.by, intent.settled_at) == (None, 100.0 + CRASH_TOLD_WITHIN)


def test_a_fall_with_a_crash_line_is_a_crash() -> None:
    intent = up()
    intent.changed(RUNNING, OFFLINE, 100.0, held_by_wings=False)
    intent.told("crash", 102.0)

    assert intent.by == "crash"
    assert not intent.settle(200.0)


def test_a_fall_without_a_crash_line_is_the_games_own_exit() -> None:
    intent = up()
    intent.changed(RUNNING, OFFLINE, 100.0, held_by_wings=False)

    assert not intent.settle(106.0)
    assert intent.settle(107.0)
    assert intent.by == "exit"


def test_a_kill_of_ours_may_show_as_offline_at_once() -> None:
    intent = up()
    intent.asked(Signal.KILL, 100.0)
    intent.changed(RUNNING, OFFLINE, 100.1, held_by_wings=False)

    assert intent.by == "automaton"


def test_what_happened_while_we_were_blind_is_unseen() -> None:
    intent = up()
    intent.reported(RUNNING, OFFLINE, 0.0)

    assert intent.by == "unseen"


def test_a_reason_stands_over_a_blind_time() -> None:
    intent = up()
    intent.changed(RUNNING, STOPPING, 100.0, held_by_wings=False)
    intent.reported(OFFLINE, OFFLINE, 0.0)

    assert intent.by == "operator"


def test_a_server_that_was_down_when_first_seen_went_down_for_a_reason_unknown() -> None:
    intent = Intent()
    intent.reported(None, OFFLINE, 0.0)

    assert intent.by is None


def test_a_fall_whose_crash_line_nobody_could_see_was_unseen() -> None:
    intent = up()
    intent.changed(RUNNING, OFFLINE, 100.0, held_by_wings=False)
    intent.blind(101.0)

    assert intent.by == "unseen"


def saved(intent: Intent, mono: float, down: float) -> tuple[Intent, float]:
    """The same in another process, so many seconds later, and the moment there."""
    again, now = Intent(), Moment(7.0, 1000.0 + down)
    again.load(json.loads(json.dumps(intent.dump(Lasting(Moment(mono, 1000.0))))), Lasting(now))
    return again, now.mono


def test_what_we_asked_for_explains_a_stop_also_after_a_restart() -> None:
    for down, by in ((30.0, "automaton"), (50.0, "operator")):
        intent = up()
        intent.asked(Signal.STOP, 100.0)
        intent, now = saved(intent, 101.0, down)
        intent.changed(RUNNING, STOPPING, now, held_by_wings=False)

        assert intent.by == by


def test_a_fall_that_was_not_decided_when_we_left_was_not_seen() -> None:
    intent = up()
    intent.changed(RUNNING, OFFLINE, 100.0, held_by_wings=False)

    assert saved(intent, 101.0, 1.0)[0].by == "unseen"
    assert saved(Intent(), 101.0, 1.0)[0].by is None
