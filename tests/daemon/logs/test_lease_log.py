"""What was written too late is told as an error, with the server's name."""

from __future__ import annotations

from structlog.testing import capture_logs

from automaton.daemon.logs.lease_log import REASON, LeaseLog
from automaton.wings.server_actions import Outlived


def test_what_was_written_when_the_lease_was_over_is_an_error_with_its_server_call_and_seconds() -> None:
    with capture_logs() as told:
        LeaseLog(str.upper).tell(Outlived("lobby", "power stop", 52.04))

    assert told == [
        {
            "event": "lease.outlived",
            "log_level": "error",
            "server": "LOBBY",
            "call": "power stop",
            "seconds": 52.0,
            "reason": REASON,
        }
    ]
