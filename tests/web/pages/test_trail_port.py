"""The trail of a daemon that keeps none."""

from __future__ import annotations

import anyio
import pytest

from automaton.web.pages.trail_port import NoTrail, TrailUnreadableError, TrailWanted


def test_a_daemon_without_a_journal_says_that_nothing_is_written_down() -> None:
    with pytest.raises(TrailUnreadableError, match="keeps no journal"):
        anyio.run(NoTrail().rows, TrailWanted())
