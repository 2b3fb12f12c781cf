"""However many look at a server, the daemon is asked of it once a second."""

from __future__ import annotations

import anyio
import httpx
import pytest

from automaton.web.pages.control_client import ControlClient, DaemonSilentError
from automaton.web.pages.server_views import GOOD_FOR, MOST_KEPT, ServerViews
from tests.web.pages.server_page import UUID, VIEW, Daemon
from tests.web.pages.visiting import HandClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_those_who_ask_together_are_given_one_answer() -> None:
    daemon = Daemon()
    views = ServerViews(ControlClient(httpx.MockTransport(daemon)), HandClock())
    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(views.view, UUID)

    assert await views.view(UUID) == VIEW
    assert daemon.asked == ["view"]


async def test_after_a_while_and_after_an_act_it_is_asked_anew() -> None:
    daemon, clock = Daemon(), HandClock()
    views = ServerViews(ControlClient(httpx.MockTransport(daemon)), clock)
    await views.view(UUID)
    clock.at += GOOD_FOR
    await views.view(UUID)
    views.forget(UUID)
    await views.view(UUID)

    assert len(daemon.asked) == 3


async def test_a_daemon_that_is_silent_is_told_each_time() -> None:
    views = ServerViews(ControlClient(httpx.MockTransport(Daemon(view=None))), HandClock())

    for _ in range(2):
        with pytest.raises(DaemonSilentError):
            await views.view(UUID)


async def test_no_more_are_kept_than_can_be_looked_at() -> None:
    daemon = Daemon()
    views = ServerViews(ControlClient(httpx.MockTransport(daemon)), HandClock())
    for number in range(MOST_KEPT + 1):
        await views.view(str(number))
    await views.view(str(MOST_KEPT))
    await views.view("0")

    assert len(daemon.asked) == MOST_KEPT + 2
