"""Every answer is counted, and logins that were refused apart."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from automaton.web.pages.answer_counter import AnswerCounter
from automaton.web.pages.exposition import PageCounts

pytestmark = pytest.mark.anyio


async def test_answers_are_counted_by_status_and_refused_logins_apart() -> None:
    async def answer(request: Request) -> Response:
        return Response(status_code=int(request.query_params["status"]))

    counts = PageCounts()
    app = AnswerCounter(
        Starlette(routes=[Route("/login", answer, methods=["GET", "POST"]), Route("/", answer)]), counts
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://page") as client:
        for method, path in (
            ("GET", "/?status=200"), ("GET", "/?status=403"), ("GET", "/missing"),
            ("GET", "/login?status=403"), ("POST", "/login?status=303"),
            ("POST", "/login?status=403"), ("POST", "/login?status=429"),
        ):  # fmt: skip
            await client.request(method, path)

    assert counts.requests == {200: 1, 403: 3, 404: 1, 303: 1, 429: 1}
    assert counts.logins_failed == 2
