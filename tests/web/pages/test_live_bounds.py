"""Streams of pages are bounded in all and for one person, end with his session, and never wait for him."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import anyio
import httpx
import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse
from trio.testing import MockClock

from automaton.web.http_json import RequestRefused
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.live import MOST_OF_ONE, MOST_STREAMS, MOST_UNREAD, LivePages, LiveStreams, LiveView
from automaton.web.pages.security.sessions import SignedIn
from automaton.web.pages.security.visitor import Visitor
from tests.web.pages.visiting import HandClock, NotingDaemon

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Number:
    """A page with one number, which a test changes."""

    def __init__(self) -> None:
        self.now = 1
        self.made = 0

    async def regions(self, _view: LiveView) -> Mapping[str, str]:
        self.made += 1
        return {"number": str(self.now), "title": "always the same"}


@pytest.fixture
def number() -> Number:
    return Number()


@pytest.fixture
def streams(number: Number) -> LiveStreams:
    pages = LivePages()
    pages.add("/", number.regions)
    feed = FleetFeed(ControlClient(httpx.MockTransport(NotingDaemon())), HandClock())
    return LiveStreams(pages, feed)


async def opened(streams: LiveStreams, name: str, session: SignedIn | None = None) -> AsyncIterator[bytes]:
    """A stream of a person, whose first pieces were read."""
    scope = {
        "type": "http", "method": "GET", "headers": [], "path": "/live", "query_string": b"page=/",
        "visitor": Visitor(name, "viewer", session),
    }  # fmt: skip
    answer = await streams.opened(Request(scope))
    assert isinstance(answer, StreamingResponse)
    pieces = aiter(answer.body_iterator)
    for _ in range(2):
        await anext(pieces)
    return pieces  # type: ignore[return-value]


async def test_what_changed_is_sent_and_what_did_not_is_not(streams: LiveStreams, number: Number) -> None:
    pieces = await opened(streams, "vic")
    number.now = 2
    patch = await anext(pieces)
    await pieces.aclose()  # type: ignore[attr-defined]

    assert (b'"number": "2"' in patch, b"title" in patch) == (True, False)
    assert len(streams) == 0


async def test_one_person_has_so_many_and_the_oldest_ends(streams: LiveStreams) -> None:
    mine = [await opened(streams, "vic") for _ in range(MOST_OF_ONE)]
    other = await opened(streams, "anna")
    mine.append(await opened(streams, "vic"))
    said = await anext(mine[0])
    with pytest.raises(StopAsyncIteration):
        await anext(mine[0])
    count = len(streams)
    for one in (*mine, other):
        await one.aclose()  # type: ignore[attr-defined]

    assert (said.startswith(b"event: end"), count, len(streams)) == (True, MOST_OF_ONE + 1, 0)


async def test_who_reads_nothing_does_not_hold_the_room_of_all(streams: LiveStreams) -> None:
    """Those that ended are there until they were read to their end, or the connection is cut for it."""
    mine = [await opened(streams, "vic") for _ in range(MOST_OF_ONE + MOST_UNREAD)]
    with pytest.raises(RequestRefused) as raised:
        await opened(streams, "vic")
    other = await opened(streams, "anna")
    for one in (*mine, other):
        await one.aclose()  # type: ignore[attr-defined]
    again = await opened(streams, "vic")
    await again.aclose()  # type: ignore[attr-defined]

    assert (raised.value.status, len(streams)) == (429, 0)


async def test_all_together_have_so_many_and_the_next_is_told_to_wait(streams: LiveStreams) -> None:
    all_of_them = [await opened(streams, f"name {one // MOST_OF_ONE}") for one in range(MOST_STREAMS)]
    with pytest.raises(RequestRefused) as raised:
        await opened(streams, "one more")
    for one in all_of_them:
        await one.aclose()  # type: ignore[attr-defined]

    assert (raised.value.status, raised.value.wait) == (503, 30.0)


async def test_what_is_looked_at_ends_with_the_session(streams: LiveStreams) -> None:
    session = SignedIn("vic", "", 0.0)
    pieces = await opened(streams, "vic", session)
    session.end()
    said = await anext(pieces)
    with pytest.raises(StopAsyncIteration):
        await anext(pieces)

    assert (said.startswith(b"event: end"), len(streams)) == (True, 0)


async def test_whoever_does_not_read_costs_one_patch_and_then_gets_the_latest(
    streams: LiveStreams, number: Number
) -> None:
    pieces = await opened(streams, "vic")
    made = number.made
    for value in range(2, 50):
        number.now = value
        await anyio.sleep(10)
    patch = await anext(pieces)
    await pieces.aclose()  # type: ignore[attr-defined]

    assert (number.made - made, b'"number": "49"' in patch) == (1, True)
