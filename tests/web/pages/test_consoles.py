"""One stream of the daemon for all who look at a console; nobody waits for a slow one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import anyio
import anyio.lowlevel
import httpx
import pytest
from trio.testing import MockClock

from automaton.pace.clock import SteadyClock
from automaton.web.http_json import RequestRefused, write_json
from automaton.web.pages.consoles import KEPT, LINGER, MOST_CONSOLES, Consoles, Looker
from automaton.web.pages.control_client import ControlClient
from automaton.web.routes.lines import LineRow

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Daemon:
    """Tells these lines, then what is put, until it is left."""

    def __init__(self, *texts: str) -> None:
        self.first = texts
        self.asked = 0
        self.open = 0
        self.more: list[str] = []
        self.is_away = False

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.is_away:
            raise httpx.ConnectError("nobody there")
        return httpx.Response(200, content=self._rows())

    async def _rows(self) -> AsyncIterator[bytes]:
        self.open += 1
        try:
            yield write_json(LineRow()) + b"\n"
            for text in self.first:
                yield write_json(LineRow(text=text, source="game")) + b"\n"
            while not self.is_away:
                await anyio.sleep(0.1)
                while self.more:
                    yield write_json(LineRow(text=self.more.pop(0), source="game")) + b"\n"
        finally:
            self.open -= 1


@asynccontextmanager
async def consoles_of(daemon: Daemon) -> AsyncIterator[Consoles]:
    control = ControlClient(httpx.MockTransport(daemon))
    consoles = Consoles(control, SteadyClock(1_800_000_000.0))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(consoles.run)
        await anyio.lowlevel.checkpoint()
        await anyio.wait_all_tasks_blocked()
        yield consoles
        tasks.cancel_scope.cancel()
    await control.aclose()


def texts(rows: Sequence[LineRow]) -> list[str]:
    return [row.text or row.note for row in rows]


async def test_all_who_look_share_one_stream() -> None:
    daemon = Daemon("one")
    async with consoles_of(daemon) as consoles:
        first, second = consoles.look("u", Looker()), consoles.look("u", Looker())
        seen = [await anext(first), await anext(second)]
        daemon.more.append("two")
        seen += [await anext(first), await anext(second)]
        await first.aclose()
        await second.aclose()

    assert [texts(rows) for rows in seen] == [["one"], ["one"], ["two"], ["two"]]
    assert daemon.asked == 1


async def test_it_ends_a_while_after_nobody_looks() -> None:
    daemon = Daemon("one")
    async with consoles_of(daemon) as consoles:
        looked = consoles.look("u", Looker())
        await anext(looked)
        await looked.aclose()
        await anyio.sleep(LINGER / 2)
        meanwhile = (len(consoles), daemon.open)
        await anyio.sleep(LINGER)
        afterwards = (len(consoles), daemon.open)

    assert (meanwhile, afterwards) == ((1, 1), (0, 0))


async def test_a_slow_one_misses_lines_and_is_told() -> None:
    daemon = Daemon("one")
    async with consoles_of(daemon) as consoles:
        looked = consoles.look("u", Looker())
        await anext(looked)
        daemon.more = [f"line {number}" for number in range(KEPT + 3)]
        await anyio.sleep(5)
        rows = await anext(looked)
        await looked.aclose()

    assert texts(rows)[:2] == ["3 lines came faster than they were shown", "line 3"]


async def test_one_who_is_to_look_no_more_is_let_go() -> None:
    async with consoles_of(Daemon("one")) as consoles:
        looker = Looker()
        looked = consoles.look("u", looker)
        await anext(looked)
        looker.end()
        rest = [rows async for rows in looked]

    assert rest == []


async def test_a_daemon_that_is_away_is_told_once_and_asked_again() -> None:
    daemon = Daemon("one")
    daemon.is_away = True
    async with consoles_of(daemon) as consoles:
        looked = consoles.look("u", Looker())
        gone = await anext(looked)
        await anyio.sleep(30)
        daemon.is_away = False
        back = await anext(looked)
        await looked.aclose()

    assert texts(gone) == ["no lines now: the daemon does not answer: nobody there"]
    assert texts(back)[:1] == ["lines are heard again"]


async def test_no_more_servers_are_looked_at_than_there_is_room_for() -> None:
    async with consoles_of(Daemon()) as consoles:
        looked = [consoles.look(str(number), Looker()) for number in range(MOST_CONSOLES)]
        for one in looked:
            with anyio.move_on_after(1):
                await anext(one)
        for number in range(MOST_CONSOLES):  # a page that was only loaded keeps nobody out
            consoles.rows(str(number))
        async with anyio.create_task_group() as tasks:
            lookers = [Looker() for _ in range(MOST_CONSOLES)]
            for number, looker in enumerate(lookers):
                tasks.start_soon(drain, consoles, str(number), looker)
            await anyio.sleep(1)
            with pytest.raises(RequestRefused, match="too many consoles"):
                await anext(consoles.look("one more", Looker()))
            for looker in lookers:
                looker.end()


async def drain(consoles: Consoles, server: str, looker: Looker) -> None:
    async for _ in consoles.look(server, looker):
        pass


async def test_a_page_that_is_loaded_has_the_lines_that_came_since_the_last_time() -> None:
    async with consoles_of(Daemon("one", "two")) as consoles:
        before = consoles.rows("u")
        await anyio.sleep(1)
        after = consoles.rows("u")

    assert (texts(before), texts(after)) == ([], ["one", "two"])
