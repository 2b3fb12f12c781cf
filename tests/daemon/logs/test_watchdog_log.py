"""Why the watchdog is not fed is told before systemd acts."""

from __future__ import annotations

from structlog.testing import capture_logs

from automaton.daemon.logs.watchdog_log import WatchdogLog
from automaton.daemon.watchdog import Look


def test_a_queue_that_nobody_serves_is_told_once_and_when_it_is_over() -> None:
    log = WatchdogLog(str.upper)
    with capture_logs() as told:
        for look in (
            Look(),
            Look(unserved=(("a", 61.0), ("b", 60.0))),
            Look(unserved=(("a", 64.0),)),
            Look(),
        ):
            log.tell(look)

    assert [(one["event"], one["log_level"]) for one in told] == [
        ("watchdog.unfed", "error"),
        ("watchdog.fed", "info"),
    ]
    assert (told[0]["server"], told[0]["servers"], told[0]["waits"]) == ("A", 2, "61s")


def test_what_belongs_to_no_server_is_the_fleets() -> None:
    with capture_logs() as told:
        WatchdogLog(str.upper).tell(Look(unserved=(("", 61.0),)))

    assert told[0]["server"] == "the fleet"


def test_a_loop_that_stood_is_told() -> None:
    with capture_logs() as told:
        WatchdogLog(str.upper).tell(Look(stood=16.04))

    assert [(one["event"], one["seconds"]) for one in told] == [("loop.stood", 16.0)]
