"""A crowd at the port for hooks is told at once and then once a minute, with its busiest address."""

from __future__ import annotations

from structlog.testing import capture_logs

from automaton.core.moment import Moment
from automaton.daemon.logs.crowd_log import LOGGED_EVERY, MOST_ADDRESSES, CrowdLog


class Clock:
    mono = 100.0

    def now(self) -> Moment:
        return Moment(self.mono, 0.0)


def test_the_first_is_told_at_once_and_what_follows_after_a_minute() -> None:
    clock = Clock()
    with capture_logs() as lines:
        crowd = CrowdLog(clock)
        crowd("192.0.2.1", False)
        for _ in range(3):
            crowd("192.0.2.2", False)
        crowd("192.0.2.1", True)
        assert len(lines) == 1
        clock.mono += LOGGED_EVERY
        crowd("192.0.2.2", True)

    told = {"event": "hooks.crowded", "log_level": "warning"}
    assert lines == [
        {**told, "most": "192.0.2.1", "addresses": 1, "made_way": 1, "refused": 0},
        {**told, "most": "192.0.2.2", "addresses": 2, "made_way": 3, "refused": 2},
    ]


def test_addresses_beyond_count_are_counted_together() -> None:
    clock = Clock()
    with capture_logs() as lines:
        crowd = CrowdLog(clock)
        for number in range(2 * MOST_ADDRESSES):
            crowd(str(number), False)
        clock.mono += LOGGED_EVERY
        crowd("x", False)

    assert (lines[-1]["most"], lines[-1]["addresses"]) == ("many", MOST_ADDRESSES + 1)
