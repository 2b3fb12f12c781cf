"""What engines tell each other of the fleet's budgets is recorded and carried like any event."""

from __future__ import annotations

import pytest

from automaton.core.events import Event
from automaton.core.grant_events import GrantDelay, GrantLine, GrantsAnswered, GrantsTold
from automaton.core.moment import Moment
from automaton.web.recording_format import read_row, write_row

AT = Moment(1.0, 2.0)
TOLD = GrantsTold(
    server="", at=AT, node="eu", turn=1_700_000_000_123,
    lines=(GrantLine(number=3, budgets=("power.parallel", "power.fleet"), sent=True),),
)  # fmt: skip
ANSWERED = GrantsAnswered(
    server="", at=AT, node="eu", turn=7, given=(1, 2), asks=True,
    delays=(GrantDelay(number=3, budget="send.fleet", detail="`limits.send.fleet` allows 1 in 1m"),),
)  # fmt: skip


@pytest.mark.parametrize("event", [TOLD, ANSWERED])
def test_each_is_read_as_it_was_written(event: Event) -> None:
    assert read_row(write_row(event)) == event
