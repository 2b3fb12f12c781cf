"""What a link leaves behind when it ends."""

from __future__ import annotations

from weakref import ref

import anyio.lowlevel
import pytest
import trustme

from automaton.pace.clock import SystemClock
from automaton.pace.event_loop import fast_loop
from automaton.wings.link import Link
from automaton.wings.link_opening import opened
from tests.knots import knots
from tests.wings.test_tls import FORGED, node, options

pytestmark = pytest.mark.anyio

pytest.importorskip("uvloop", reason="asyncio's own transports hold themselves, a kilobyte each")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "asyncio", dict(fast_loop())


@pytest.mark.parametrize("by_node", [False, True])
async def test_a_link_that_ends_is_freed_at_once_and_nothing_of_it_holds_itself(by_node: bool) -> None:
    """Thousands end in a day, and what holds itself may stay for as long."""

    async def come_and_go(url: str) -> ref[Link]:
        async with opened(options(insecure_skip_verify=True), url, SystemClock()) as link:
            assert await link.texts(float("inf")) == ["hi"]
            while by_node and link.closed_with is None:
                await link.texts(float("inf"))
            return ref(link)

    async with node(trustme.CA().issue_cert("127.0.0.1"), then=FORGED if by_node else b"") as url:
        await come_and_go(url)  # what the first one makes for all is not of it
        with knots(room="") as found:
            seen = await come_and_go(url)
            await anyio.lowlevel.checkpoint()  # the transport closes its socket a turn later
            assert seen() is None

    assert found == {}
