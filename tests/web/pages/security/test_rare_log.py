"""What strangers cause thousands of times a minute is a line a minute, with its number."""

from __future__ import annotations

from structlog.testing import capture_logs

from automaton.web.pages.security.rare_log import EVERY, RareLog
from tests.web.pages.visiting import HandClock


def test_the_first_is_told_at_once_and_the_others_are_counted() -> None:
    clock = HandClock()
    log = RareLog(clock, "page.login_paced")
    with capture_logs() as lines:
        for one in range(1_000):
            log(address=f"192.0.2.{one}")
        clock.at += EVERY
        log(address="192.0.2.9")
        log(address="192.0.2.10")

    assert lines == [
        {"event": "page.login_paced", "log_level": "warning", "times": 1, "address": "192.0.2.0"},
        {"event": "page.login_paced", "log_level": "warning", "times": 1_000, "address": "192.0.2.9"},
    ]
