"""Why a server went down (rule-language 4.6)."""

from __future__ import annotations

import json

import pytest

from automaton.core.calls import Signal
from automaton.core.events import State
from automaton.core.facts.intent import CRASH_TOLD_WITHIN, Intent
from automaton.core.moment import Moment
from automaton.core.schedule.wall_time import WallTime

RUNNING, STARTING, STOPPING, OFFLINE = State.RUNNING, State.STARTING, State.STOPPING, State.OFFLINE


def up() -> Intent:
    intent = Intent()
    intent.reported(None, RUNNING, 0.0)
    intent.ran()
    return intent


def test_nobody_stopped_a_server_that_is_up() -> None:
    assert up().by == "nobody"


def test_a_stop_that_we_did_not_ask_for_is_an_operators() -> None:
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
    intent.blind()
    intent.reported(OFFLINE, OFFLINE, 120.0)

    assert intent.by == "operator"


def test_a_server_that_was_down_when_first_seen_went_down_for_a_reason_unknown() -> None:
    intent = Intent()
    intent.reported(None, OFFLINE, 0.0)

    assert intent.by is None


def test_a_fall_whose_crash_line_nobody_could_see_was_unseen() -> None:
    intent = up()
    intent.changed(RUNNING, OFFLINE, 100.0, held_by_wings=False)
    intent.blind()

    assert intent.by == "unseen"


SEEN = {
    "stop": (STOPPING, OFFLINE), "offline": (OFFLINE,), "up": (STARTING, RUNNING), "starting": (STARTING,),
    "running": (RUNNING,), "stopping": (STOPPING,),
}  # fmt: skip
ASKED = {f"ask {signal}": signal for signal in Signal}


def played(story: str) -> Intent:
    """What is thought at the end of a story that begins with a server that runs.

    `10 stop` is `stopping` and then `offline` at 10 s, `5 ask stop` what we asked, `6 no stop` its refusal,
    `7 ran` a reading, `8 error` a `daemon error`, `9 suspended` what the Panel says. Other words are events.
    """
    intent, state = up(), RUNNING
    for entry in story.split(", "):
        at, _, word = entry.partition(" ")
        mono = float(at)
        intent.settle(mono)
        for now in SEEN.get(word, ()):
            intent.changed(state, now, mono, held_by_wings=False)
            state = now
        if word in SEEN:
            continue
        if word in ASKED:
            intent.asked(ASKED[word], mono)
        elif word.startswith("no "):
            intent.refused(Signal(word[3:]))
        elif word == "ran":
            intent.ran()
        elif word == "error":
            intent.errs(mono)
        elif word == "suspended":
            intent.held(mono)
        elif word != "later":
            intent.told(word, mono)
    return intent


@pytest.mark.parametrize(
    ("story", "by"),
    [
        # Nobody of us asked
        ("10 stop", "operator"),
        ("10 offline", None),
        ("10 offline, 17 later", "exit"),
        ("10 offline, 12 crash", "crash"),
        ("10 offline, 17 later, 18 crash", "crash"),
        ("10 stop, 20 up", "nobody"),
        # A stop of ours
        ("5 ask stop, 10 stop", "automaton"),
        ("5 ask stop, 46 stop", "operator"),
        ("5 ask stop, 10 offline, 60 later", "automaton"),
        ("5 ask stop, 10 stop, 60 later", "automaton"),
        ("5 ask stop, 10 stop, 12 up, 20 stop", "operator"),
        ("5 ask stop, 10 stop, 12 up, 20 offline, 27 later", "exit"),
        ("5 ask stop, 6 no stop, 10 stop", "operator"),
        ("5 ask stop, 6 stop, 7 no stop", "operator"),
        ("5 ask stop, 6 offline, 7 no stop", None),
        ("5 ask stop, 6 offline, 7 no stop, 13 later", "exit"),
        # A kill of ours
        ("5 ask kill, 6 stop", "automaton"),
        ("5 ask kill, 6 offline", "automaton"),
        ("5 ask kill, 6 no kill, 8 offline, 15 later", "exit"),
        ("5 ask kill, 6 stop, 8 up, 10 stop", "operator"),
        # A restart of ours
        ("5 ask restart, 6 stop", "automaton"),
        ("5 ask restart, 6 stop, 7 up", "nobody"),
        ("5 ask restart, 6 stop, 7 up, 12 stop", "operator"),
        ("5 ask restart, 6 stop, 7 starting, 8 ran, 12 stop", "operator"),
        ("5 ask restart, 6 stop, 7 starting, 12 stop, 17 later", "operator"),
        ("5 ask restart, 6 stop, 45 later", "automaton"),
        ("5 ask restart, 6 stop, 46 later", "wings"),
        ("5 ask restart, 6 stopping, 90 later", "automaton"),
        ("5 ask restart, 6 stopping, 90 offline, 129 later", "automaton"),
        ("5 ask restart, 6 stopping, 90 offline, 130 later", "wings"),
        ("5 ask restart, 6 stop, 7 starting, 8 offline", "wings"),
        ("5 ask restart, 6 stop, 7 starting, 8 ran, 9 offline, 10 crash", "crash"),
        ("5 ask restart, 6 no restart, 10 stop", "operator"),
        ("5 ask restart, 6 stop, 7 ask restart, 8 no restart, 9 later", "automaton"),
        ("5 ask restart, 7 ask restart, 8 stop, 9 no restart, 10 later", "automaton"),
        ("5 ask restart, 7 ask kill, 8 stop, 49 later", "wings"),
        ("5 ask restart, 7 ask kill, 8 no restart, 9 stop, 60 later", "automaton"),
        # Asked of a server that is down, or on its way up
        ("5 stop, 10 ask restart, 11 up, 20 stop", "operator"),
        ("5 stop, 10 ask start, 11 up, 20 stop", "operator"),
        ("5 stop, 10 ask stop, 11 up, 20 stop", "operator"),
        ("5 stop, 10 starting, 11 ask kill, 12 running, 13 stop", "automaton"),
        # A start that fails
        ("5 stop, 10 starting, 12 offline", "wings"),
        ("5 stop, 10 starting, 12 offline, 13 crash", "wings"),
        ("5 stop, 10 starting, 12 stop", None),
        ("5 stop, 10 starting, 12 stop, 17 later", "operator"),
        ("5 stop, 10 starting, 11 error, 12 stop", "wings"),
        ("5 stop, 10 starting, 12 stop, 16 error", "wings"),
        ("5 stop, 10 starting, 12 stop, 17 later, 18 error", "operator"),
        ("5 stop, 10 starting, 11 ran, 11 error, 12 stop", "operator"),
        ("5 stop, 10 starting, 11 ran, 12 offline, 13 crash", "crash"),
        ("5 stop, 10 ask start, 11 starting, 12 offline", "wings"),
        # Wings and the Panel
        ("5 disk.exceeded, 10 stop", "wings"),
        ("5 stop, 9 disk.exceeded", "wings"),
        ("5 stop, 11 disk.exceeded", "operator"),
        ("5 stop, 14 suspended", "wings"),
        ("5 stop, 16 suspended", "operator"),
        ("5 stop, 14 install.started", "wings"),
        ("5 stop, 14 transfer", "wings"),
        ("5 offline, 6 suspended", "wings"),
        ("5 ask stop, 6 stop, 8 suspended", "automaton"),
    ],
)
def test_what_was_asked_and_what_was_seen_tell_the_reason(story: str, by: str | None) -> None:
    assert played(story).by == by


@pytest.mark.parametrize(
    ("story", "mono", "rising"),
    [
        ("10 stop", 11.0, False),
        ("10 offline", 16.0, True),
        ("10 offline", 17.0, False),
        ("10 offline, 12 crash", 60.0, True),
        ("10 offline, 12 crash", 140.0, False),
        ("10 offline, 12 crash, 13 crash.unhandled", 13.0, False),
        ("5 ask kill, 10 offline", 11.0, False),
        ("5 stop, 10 starting, 12 offline", 13.0, True),
        ("5 stop, 10 starting, 12 offline", 20.0, False),
        ("10 offline, 12 crash, 12.1 starting", 12.2, False),
    ],
)
def test_wings_own_restart_is_awaited_after_a_fall(story: str, mono: float, rising: bool) -> None:
    assert played(story).is_rising(mono) is rising


def test_a_start_that_wings_handles_as_a_crash_is_awaited() -> None:
    intent = Intent()
    intent.changed(OFFLINE, STARTING, 10.0, held_by_wings=False)
    intent.changed(STARTING, OFFLINE, 11.0, held_by_wings=False)
    intent.handles(12.0)

    assert intent.is_rising(100.0)
    assert intent.by == "wings"


def test_a_restart_of_ours_that_is_not_up_when_we_look_again_is_wings_after_a_while() -> None:
    intent = up()
    intent.asked(Signal.RESTART, 100.0)
    intent.changed(RUNNING, STOPPING, 101.0, held_by_wings=False)
    intent, now = saved(intent, 102.0, 30.0)
    intent.reported(STOPPING, OFFLINE, now)

    assert (intent.by, intent.settle(now + 39.0)) == ("automaton", False)
    assert (intent.settle(now + 40.0), intent.by) == (True, "wings")


def test_what_an_older_memory_says_of_our_request_is_read() -> None:
    intent = Intent()
    data = {
        "by": "nobody",
        "asked": "stop",
        "asked_at": 990.0,
        "wings_until": None,
        "decided_at": None,
        "ran": True,
    }
    intent.load(data, WallTime(Moment(7.0, 1000.0)))
    intent.changed(RUNNING, STOPPING, 8.0, held_by_wings=False)

    assert intent.by == "automaton"


def saved(intent: Intent, mono: float, down: float) -> tuple[Intent, float]:
    """The same in another process, so many seconds later, and the moment there."""
    again, now = Intent(), Moment(7.0, 1000.0 + down)
    again.load(json.loads(json.dumps(intent.dump(WallTime(Moment(mono, 1000.0))))), WallTime(now))
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


def test_without_a_link_no_restart_by_wings_is_awaited() -> None:
    intent = played("10 offline, 12 crash")
    intent.blind()

    assert not intent.is_rising(13.0)
