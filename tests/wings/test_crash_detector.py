"""A crash is a fall that was seen, explained by the daemon; lines alone are none."""

from __future__ import annotations

from math import inf

from automaton.core.events import Event, Occurred, StartFailed, State
from automaton.core.moment import Moment
from automaton.wings.crash_detector import CrashDetector
from automaton.wings.daemon_lines import DaemonLine, DaemonLineKind

LOBBY = "aaaaaaaa-0000-4000-8000-00000000000a"
START = Moment(100.0, 1_800_000_000.0)

CRASHED = DaemonLine(DaemonLineKind.CRASHED)
EXIT_3 = DaemonLine(DaemonLineKind.EXIT_CODE, 3)
NO_OOM = DaemonLine(DaemonLineKind.OUT_OF_MEMORY, False)
OOM = DaemonLine(DaemonLineKind.OUT_OF_MEMORY, True)
AGAIN = DaemonLine(DaemonLineKind.CRASHED_AGAIN)


def at(seconds: float) -> Moment:
    return START + seconds


def crash(seconds: float, exit_code: int | None = 3, oom: bool | None = False) -> Event:
    return Occurred(server=LOBBY, at=at(seconds), name="crash", fields={"exit_code": exit_code, "oom": oom})


def unhandled(seconds: float, exit_code: int | None = 3, oom: bool | None = False) -> Event:
    fields = {"exit_code": exit_code, "oom": oom}
    return Occurred(server=LOBBY, at=at(seconds), name="crash.unhandled", fields=fields)


def fallen(old: State = State.RUNNING) -> CrashDetector:
    watch = CrashDetector(LOBBY)
    assert watch.changed(old, State.OFFLINE, at(0)) == []
    return watch


def test_a_crash_is_told_once_exit_code_and_memory_mark_were_seen() -> None:
    watch = fallen()

    assert watch.read(CRASHED, at(0.1)) == []
    assert watch.read(EXIT_3, at(0.1)) == []
    assert watch.read(NO_OOM, at(0.2)) == [crash(0.2)]


def test_the_lines_may_come_before_the_fall() -> None:
    watch = CrashDetector(LOBBY)
    for line in (CRASHED, DaemonLine(DaemonLineKind.EXIT_CODE, 137), OOM):
        assert watch.read(line, at(0)) == []

    assert watch.changed(State.STARTING, State.OFFLINE, at(1)) == [crash(1, 137, True)]


def test_two_seconds_after_its_first_line_a_crash_is_told_with_what_is_known() -> None:
    watch = fallen()
    watch.read(CRASHED, at(0.5))
    watch.read(EXIT_3, at(0.6))

    assert watch.next_deadline() == at(2.5).mono
    assert watch.advance(at(2.4)) == []
    assert watch.advance(at(2.5)) == [crash(2.5, 3, None)]


def test_a_restart_by_wings_before_the_last_line_tells_the_crash_at_once() -> None:
    watch = fallen()
    watch.read(CRASHED, at(0.1))

    assert watch.changed(State.OFFLINE, State.STARTING, at(0.2)) == [crash(0.2, None, None)]
    assert watch.next_deadline() == inf


def test_with_detection_disabled_the_crash_has_no_figures_and_nobody_handles_it() -> None:
    watch = fallen()

    assert watch.read(DaemonLine(DaemonLineKind.NO_DETECTION), at(0.1)) == [
        crash(0.1, None, None),
        unhandled(0.1, None, None),
    ]


def test_a_second_crash_that_wings_does_not_restart_is_unhandled_at_once() -> None:
    watch = fallen()
    watch.read(CRASHED, at(0.1))
    watch.read(EXIT_3, at(0.1))
    told = watch.read(NO_OOM, at(0.1))

    assert told == [crash(0.1)]
    assert watch.read(AGAIN, at(0.2)) == [unhandled(0.2)]
    assert watch.read(AGAIN, at(0.3)) == []
    assert watch.next_deadline() == inf


def test_a_crash_that_nobody_restarted_for_two_minutes_is_unhandled() -> None:
    watch = fallen()
    watch.read(EXIT_3, at(0))
    watch.read(NO_OOM, at(0))

    assert watch.advance(at(119)) == []
    assert watch.advance(at(120)) == [unhandled(120)]
    assert watch.advance(at(240)) == []


def test_a_restart_within_two_minutes_handles_the_crash() -> None:
    watch = fallen()
    watch.read(EXIT_3, at(0))
    watch.read(NO_OOM, at(0))
    watch.changed(State.OFFLINE, State.STARTING, at(1))

    assert watch.next_deadline() == inf
    assert watch.advance(at(300)) == []


def test_a_stop_is_no_crash_whatever_the_lines_say() -> None:
    watch = CrashDetector(LOBBY)
    watch.changed(State.RUNNING, State.STOPPING, at(0))
    watch.changed(State.STOPPING, State.OFFLINE, at(1))

    assert [watch.read(line, at(1)) for line in (CRASHED, EXIT_3, NO_OOM, AGAIN)] == [[], [], [], []]
    assert watch.advance(at(300)) == []


def test_lines_alone_are_never_a_crash() -> None:
    watch = CrashDetector(LOBBY)
    for line in (CRASHED, EXIT_3, NO_OOM, AGAIN):
        assert watch.read(line, at(0)) == []

    assert watch.next_deadline() == inf


def test_a_line_more_than_five_seconds_before_the_fall_explains_nothing() -> None:
    watch = CrashDetector(LOBBY)
    watch.read(EXIT_3, at(0))
    watch.read(NO_OOM, at(0))

    assert watch.changed(State.RUNNING, State.OFFLINE, at(5.1)) == []
    assert watch.advance(at(60)) == []


def test_a_line_more_than_five_seconds_after_the_fall_explains_nothing() -> None:
    watch = fallen()

    assert watch.read(EXIT_3, at(5.1)) == []
    assert watch.read(NO_OOM, at(5.1)) == []
    assert watch.next_deadline() == inf


def test_a_fall_that_the_link_outlived_only_by_a_reconnect_stays_unexplained() -> None:
    watch = fallen()
    watch.blinded()

    assert watch.read(EXIT_3, at(1)) == []
    assert watch.read(NO_OOM, at(1)) == []
    assert watch.advance(at(200)) == []


def test_a_told_crash_outlives_a_reconnect_and_is_unhandled_if_still_offline() -> None:
    watch = fallen()
    watch.read(EXIT_3, at(0))
    watch.read(NO_OOM, at(0))
    watch.blinded()

    assert watch.reported(State.OFFLINE, at(60)) == []
    assert watch.advance(at(120)) == [unhandled(120)]


def test_a_told_crash_is_handled_when_the_server_is_found_up() -> None:
    watch = fallen()
    watch.read(EXIT_3, at(0))
    watch.read(NO_OOM, at(0))
    watch.blinded()
    watch.reported(State.RUNNING, at(60))

    assert watch.advance(at(300)) == []


def test_the_disk_and_throttle_lines_explain_no_crash() -> None:
    watch = fallen()

    assert watch.read(DaemonLine(DaemonLineKind.DISK_EXCEEDED), at(0)) == []
    assert watch.read(DaemonLine(DaemonLineKind.THROTTLED), at(0)) == []
    assert watch.next_deadline() == inf


def started(*, ran: bool) -> CrashDetector:
    """A server that was seen to start, and to fall a second later."""
    watch = CrashDetector(LOBBY)
    assert watch.changed(State.OFFLINE, State.STARTING, at(0)) == []
    if ran:
        watch.ran()
    assert watch.changed(State.STARTING, State.OFFLINE, at(1)) == []
    return watch


def test_a_start_that_failed_before_its_container_ran_is_no_crash_though_nobody_handles_it() -> None:
    """Docker is down: Wings prints its crash lines, tries once by itself, and gives up."""
    watch = started(ran=False)
    watch.read(CRASHED, at(1.1))
    watch.read(EXIT_3, at(1.1))
    assert watch.read(NO_OOM, at(1.1)) == [StartFailed(server=LOBBY, at=at(1.1))]

    assert watch.read(DaemonLine(DaemonLineKind.RESTART_FAILED), at(1.5)) == [unhandled(1.5)]


def test_a_start_whose_container_ran_crashes_like_any_other() -> None:
    watch = started(ran=True)
    watch.read(CRASHED, at(1.1))
    watch.read(EXIT_3, at(1.1))

    assert watch.read(NO_OOM, at(1.1)) == [crash(1.1)]


def test_of_a_server_that_was_found_starting_nobody_knows_whether_it_ran() -> None:
    watch = CrashDetector(LOBBY)
    watch.changed(State.OFFLINE, State.STARTING, at(0))
    watch.blinded()
    watch.reported(State.STARTING, at(5))
    watch.changed(State.STARTING, State.OFFLINE, at(6))
    watch.read(CRASHED, at(6.1))
    watch.read(EXIT_3, at(6.1))

    assert watch.read(NO_OOM, at(6.1)) == [crash(6.1)]
