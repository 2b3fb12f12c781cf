"""However many ask, the daemon is asked once a moment."""

from __future__ import annotations

import anyio
import httpx

from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.recent import GOOD_FOR, RecentAnswers
from automaton.web.routes.silences import SilenceList
from tests.web.pages.visiting import HandClock


def test_an_answer_is_given_again_for_a_moment_and_then_asked_anew() -> None:
    asked: list[str] = []

    def daemon(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json={"silences": []})

    async def story() -> tuple[int, int]:
        clock = HandClock()
        recent = RecentAnswers(ControlClient(httpx.MockTransport(daemon)), clock)
        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(recent.read, "/v1/silences", SilenceList)
        before = len(asked)
        clock.at += GOOD_FOR
        await recent.read("/v1/silences", SilenceList)
        return before, len(asked)

    assert anyio.run(story) == (1, 2)
