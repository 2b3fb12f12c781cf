"""A human changes a password, and a whole node's sockets end at one moment (protocol.md 2.7)."""

from __future__ import annotations

from collections import Counter

import anyio
import pytest

from automaton.core.events import LinkLost, LinkUp
from automaton.simulator.faults.catalog import cause
from tests.wings.fleet import watching

pytestmark = [pytest.mark.anyio, pytest.mark.long]


@pytest.mark.parametrize("ours", [False, True], ids=["another-user", "our-own-user"])
async def test_two_hundred_links_that_a_password_ended_come_back_over_at_least_ten_seconds(
    ours: bool,
) -> None:
    """Where it is our own user, each link needs a new token too: the Panel's pace spreads them further."""
    async with watching(200, up=False) as watched:
        await watched.until(lambda: watched.all_live, within=300)
        await anyio.sleep(20)
        began = watched.clock.now().mono
        cause(watched.world, "deauthorize", {"user": watched.world.automaton.uuid if ours else "somebody"})
        await watched.until(lambda: len(watched.of(LinkLost)) == 200, within=1)
        await watched.until(lambda: watched.all_live, within=60)

        back = [event.at.mono - began for event in watched.of(LinkUp) if event.at.mono > began]
        assert len(back) == 200
        assert max(back) - min(back) > 10
        assert max(Counter(int(moment) for moment in back).values()) < 30
