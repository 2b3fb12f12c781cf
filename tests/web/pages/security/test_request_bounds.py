"""A body ends within its bounds, and then the visitor may stay as long as he likes."""

from __future__ import annotations

import anyio
import pytest
from starlette.types import Message
from trio.testing import MockClock

from automaton.pace.clock import SteadyClock
from automaton.web.http_json import RequestRefused
from automaton.web.pages.security.request_bounds import LONGEST_BODY, READ_WITHIN, bounded

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Body:
    """Gives a piece of so many bytes every so many seconds, `pieces` of them."""

    def __init__(self, piece: int, pieces: int, every: float = 0.0) -> None:
        self.left = pieces
        self.piece = piece
        self.every = every

    async def __call__(self) -> Message:
        await anyio.sleep(self.every)
        if not self.left:
            return {"type": "http.disconnect"}
        self.left -= 1
        return {"type": "http.request", "body": b"x" * self.piece, "more_body": self.left > 0}


async def read(body: Body) -> int:
    """0 for a body that was read, else the status of the refusal."""
    receive = bounded(body, SteadyClock(0.0))
    try:
        while (await receive()).get("more_body", False):
            pass
    except RequestRefused as problem:
        return problem.status
    return 0


async def test_a_body_is_read_up_to_its_bound() -> None:
    assert await read(Body(LONGEST_BODY // 4, 4)) == 0
    assert await read(Body(LONGEST_BODY // 4 + 1, 4)) == 413


async def test_a_drop_a_second_keeps_nobody_waiting_for_ever() -> None:
    body = Body(1, 1_000, every=1.0)

    assert await read(body) == 408
    assert 1_000 - body.left == pytest.approx(READ_WITHIN, abs=1)


async def test_after_the_body_one_waits_for_the_visitor_to_leave_however_long() -> None:
    body = Body(1, 1)
    receive = bounded(body, SteadyClock(0.0))
    await receive()
    body.every = 3600.0

    assert (await receive())["type"] == "http.disconnect"
