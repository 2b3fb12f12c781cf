"""What was forgotten for want of room is told, and not again and again."""

from __future__ import annotations

from structlog.testing import capture_logs

from automaton.core.moment import Moment
from automaton.daemon.logs.forgotten_log import ForgottenLog


def test_it_is_told_at_once_then_once_a_minute_with_how_many() -> None:
    counts = iter([0, 2, 5, 9, 9])
    log = ForgottenLog("values.forgotten", "values", "too many", lambda: next(counts))
    with capture_logs() as lines:
        for mono in (0.0, 1.0, 30.0, 61.0, 200.0):
            log.tell(Moment(mono, mono))

    told = {"event": "values.forgotten", "reason": "too many", "log_level": "warning"}
    assert lines == [{**told, "values": 2}, {**told, "values": 7}]
