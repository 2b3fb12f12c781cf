"""A stream that is read while somebody waits."""

from __future__ import annotations

from math import inf

import anyio
import httpcore
import pytest

from automaton.pace.clock import SteadyClock
from automaton.wings.byte_source import PulledBytes
from tests.wings.peer import Peer

pytestmark = pytest.mark.anyio


class Taker:
    """Keeps what it is handed."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.is_ended = False

    def came(self, data: bytes) -> None:
        self.taken.append(data)

    def ended(self) -> None:
        self.is_ended = True


async def test_one_wait_reads_once_and_an_end_is_told() -> None:
    peer, taker = Peer(), Taker()
    source = PulledBytes(peer, taker)

    peer.sends(b"some bytes")
    await source.wait(inf)
    peer.hangs_up()
    await source.wait(inf)

    assert (taker.taken, taker.is_ended) == ([b"some bytes"], True)


async def test_a_broken_stream_is_an_end() -> None:
    class Broken(Peer):
        async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            raise httpcore.ReadError("reset")

    taker = Taker()
    await PulledBytes(Broken(), taker).wait(inf)

    assert taker.is_ended


async def test_a_wait_that_is_cancelled_loses_nothing() -> None:
    peer, taker = Peer(), Taker()
    source = PulledBytes(peer, taker)

    with anyio.move_on_after(1.0):
        await source.wait(inf)
    peer.sends(b"late")
    await source.wait(inf)

    assert taker.taken == [b"late"]


async def test_a_moment_ends_a_wait_also_one_that_is_named_while_it_goes_on() -> None:
    peer, taker, clock = Peer(), Taker(), SteadyClock(0.0)
    source = PulledBytes(peer, taker)

    with anyio.fail_after(10):
        await source.wait(clock.now().mono + 0.01)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(source.wait, inf)
            await anyio.wait_all_tasks_blocked()
            source.ring_at(clock.now().mono + 0.01)

    assert (taker.taken, taker.is_ended) == ([], False)


async def test_after_its_end_nothing_is_handed_over() -> None:
    peer, taker = Peer(), Taker()
    source = PulledBytes(peer, taker)

    source.end()
    peer.sends(b"late")
    await source.wait(inf)

    assert taker.taken == []
