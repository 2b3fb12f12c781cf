"""The page as one application: refusals as a page or as JSON, in the same words."""

from __future__ import annotations

import httpx
import pytest

from automaton.web.pages.app import PageApp
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.fleet_feed import FleetFeed
from tests.web.pages.visiting import HTML, HandClock, settings, visited

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_what_is_not_there_is_told_as_a_page_to_people_and_as_json_to_programs() -> None:
    async with visited() as page:
        await page.sign_in("vic")
        html = await page.client.get("/nowhere", headers=HTML)
        json = await page.client.get("/nowhere")

    assert (html.status_code, json.status_code) == (404, 404)
    assert "there is no such page" in html.text
    assert json.json() == {"problem": "there is no such page"}


async def test_an_address_with_a_slash_too_many_leads_nowhere() -> None:
    """A redirect would name whatever host the caller named."""
    async with visited() as page:
        await page.sign_in("vic")
        answer = await page.client.get("/login/", headers={"host": "localhost"})

    assert (answer.status_code, "location" in answer.headers) == (404, False)


async def test_a_daemon_that_is_away_is_weather_and_told() -> None:
    async def away(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there")

    clock, control = HandClock(), ControlClient(httpx.MockTransport(away))
    app = PageApp(settings(), control, FleetFeed(control, clock), clock).app
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser:
        answer = await browser.get("/ack/token", headers=HTML)
    await control.aclose()

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
    assert "nobody there" in answer.text
    assert "Traceback" not in answer.text


async def test_head_is_get_without_a_body() -> None:
    async with visited() as page:
        answer = await page.client.head("/login")

    assert (answer.status_code, answer.content) == (200, b"")
