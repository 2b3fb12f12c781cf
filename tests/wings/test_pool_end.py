"""The end of many links at once: a stop waits as long for thousands as for one."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import anyio
import pytest
from wsproto.events import CloseConnection

from automaton.pace.clock import SteadyClock
from automaton.secret import Secret
from automaton.wings.panel_links import PanelAccess
from automaton.wings.pool import Pool
from automaton.wings.token import Grant
from tests.wings.fake_api import FakeApi
from tests.wings.peer import URL, Peer, door_to

pytestmark = pytest.mark.anyio

SERVERS = [f"server-{number}" for number in range(30)]
ONE_GOODBYE = 2.0  # seconds that a link waits at the most for its own to be written


@dataclass
class Given:
    """A token, and where it is taken."""

    token: Secret
    socket: str = URL.replace("http", "ws")


class GivesTokens(FakeApi):
    async def websocket(self, server: str) -> Grant:
        return Given(Secret("a.b.c"))


async def time_to_end(peers: list[Peer], *, deaf: bool) -> float:
    """Seconds that the pool takes to end once all links stand."""
    clock = SteadyClock(0.0)

    def another() -> Peer:
        peers.append(Peer())
        return peers[-1]

    access = PanelAccess(name="main", apis=[GivesTokens(*SERVERS)], options=door_to(another))
    pool = Pool([access], clock=clock, chance=Random(1))
    async with anyio.create_task_group() as group:
        group.start_soon(pool.run)
        while sum(bool(peer.heard) for peer in peers) < len(SERVERS):  # noqa: ASYNC110 - looks on from outside
            await anyio.sleep(0.1)
        if deaf:
            for peer in peers:
                peer.turns_deaf()
        began = clock.now().mono
        group.cancel_scope.cancel()
    return clock.now().mono - began


async def test_each_link_says_goodbye_and_is_closed() -> None:
    peers: list[Peer] = []

    took = await time_to_end(peers, deaf=False)

    assert took < ONE_GOODBYE
    assert [type(peer.heard[-1]) for peer in peers] == [CloseConnection] * len(SERVERS)
    assert all(peer.closed for peer in peers)


async def test_links_whose_nodes_take_no_goodbye_are_closed_together_and_not_one_after_the_other() -> None:
    peers: list[Peer] = []

    took = await time_to_end(peers, deaf=True)

    assert took == pytest.approx(ONE_GOODBYE)
    assert all(peer.closed for peer in peers)
