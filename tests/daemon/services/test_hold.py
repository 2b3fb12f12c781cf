"""Everything is held and released, of a whole daemon on virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.web.routes.hold import HoldWanted
from tests.daemon.asking import asking

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_a_hold_shows_in_the_status_until_it_is_released(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        begun = daemon.host.hold.hold(HoldWanted("a new world"), "uid 0")
        await watch.seconds(60)
        held, again = (await daemon.status.status()), daemon.host.hold.hold(HoldWanted("two"), "uid 7")
        ended = daemon.host.hold.release("uid 0")
        await watch.seconds(5)
        status, after = (await daemon.status.status()), daemon.host.hold.release("uid 0")

    assert (begun.reason, begun.by, begun.age) == ("a new world", "uid 0", 0.0)
    assert held.hold is not None
    assert held.troubles == [
        "every action is on hold by uid 0, for 1m by now: a new world; `automaton release` ends it"
    ]
    assert (again.since, again.reason, again.by) == (held.hold.since, "two", "uid 7")
    assert ended is not None
    assert ended.since == held.hold.since
    assert (status.hold, status.troubles, after) == (None, [], None)
