"""The times of what engines tell fit together."""

from __future__ import annotations

from automaton.core.telling.fleet_tells import TOLD_FOR
from automaton.core.telling.match_queue import KEPT_FOR
from automaton.core.telling.pace import BELIEVED_FOR, NOT_OFTENER, REPEATED_EVERY, TOLD_EVERY, WITH_A_MATCH


def test_three_tellings_may_be_lost_before_nobody_is_believed() -> None:
    assert BELIEVED_FOR >= 3 * TOLD_EVERY
    assert WITH_A_MATCH < NOT_OFTENER < TOLD_EVERY


def test_what_must_be_heard_is_told_for_longer_than_a_dead_owner_is_missed() -> None:
    """Twenty seconds until another owns it, and two minutes at most until its servers are listed."""
    assert min(TOLD_FOR, KEPT_FOR) > 20.0 + 120.0 + TOLD_EVERY
    assert REPEATED_EVERY < TOLD_EVERY
