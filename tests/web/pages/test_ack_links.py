"""Links of messages at the page: the daemon's own pages, for whoever has the link, paced by his address."""

from __future__ import annotations

from collections.abc import AsyncIterator

import anyio
import httpx
import pytest
from starlette.applications import Starlette

from automaton.web.ack_page import LinkedIncident, LinkedIncidents
from automaton.web.acknowledge import AckPages
from automaton.web.guess_budget import GUESSES
from automaton.web.pages.ack_links import AT_ONCE, AckLinkPages
from automaton.web.pages.app import PageApp
from automaton.web.pages.control_client import AT_ONCE as CONTROL_AT_ONCE
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.fleet_feed import FleetFeed
from tests.web.pages.visiting import ORIGIN, HandClock, settings

pytestmark = pytest.mark.anyio

LINKED = LinkedIncidents(
    channel="ops",
    going=(
        LinkedIncident(rule="mem-high", server="lobby", severity="warning", open_for=60.0, is_acked=False),
    ),
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Incidents:
    """One link works: `good`."""

    def __init__(self) -> None:
        self.acknowledged: list[str] = []

    def linked(self, token: str) -> LinkedIncidents | None:
        return LINKED if token == "good" else None

    def acknowledge(self, token: str) -> LinkedIncidents | None:
        self.acknowledged.append(token)
        return LINKED


@pytest.fixture
async def page(incidents: Incidents) -> AsyncIterator[httpx.ASGITransport]:
    clock = HandClock()
    daemon = Starlette(routes=AckPages(incidents, clock).routes())
    control = ControlClient(httpx.ASGITransport(daemon, client=("uid 1000", 0)))
    app = PageApp(settings(), control, FleetFeed(control, clock), clock).app
    yield httpx.ASGITransport(app, client=("192.0.2.1", 1))
    await control.aclose()


@pytest.fixture
def incidents() -> Incidents:
    return Incidents()


async def test_a_link_shows_and_its_button_acknowledges_without_a_login(
    page: httpx.ASGITransport, incidents: Incidents
) -> None:
    async with httpx.AsyncClient(transport=page, base_url="http://localhost") as browser:
        shown = await browser.get("/ack/good")
        before = list(incidents.acknowledged)
        done = await browser.post("/ack/good", headers={"origin": "null"})

    assert (shown.status_code, "lobby" in shown.text, before) == (200, True, [])
    assert (done.status_code, incidents.acknowledged) == (200, ["good"])
    assert "sha256-" in shown.headers["content-security-policy"]
    assert (shown.headers["referrer-policy"], shown.headers["cache-control"]) == ("no-referrer", "no-store")


async def test_whoever_tries_links_is_paced_by_his_own_address(page: httpx.ASGITransport) -> None:
    statuses = []
    for address, times in (("192.0.2.66", int(GUESSES) + 1), ("192.0.2.7", 1)):
        page.client = (address, 1)
        async with httpx.AsyncClient(transport=page, base_url="http://localhost") as browser:
            statuses += [(await browser.get("/ack/wrong")).status_code for _ in range(times)]

    assert statuses == [404] * int(GUESSES) + [429, 404]


async def test_at_a_port_the_word_of_a_stranger_about_his_address_does_not_count() -> None:
    daemon = Starlette(routes=AckPages(Incidents(), HandClock()).routes())
    transport = httpx.ASGITransport(daemon, client=("192.0.2.66", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://hooks") as stranger:
        statuses = [
            (await stranger.get("/ack/wrong", headers={"automaton-address": f"10.0.0.{one}"})).status_code
            for one in range(int(GUESSES) + 1)
        ]

    assert statuses[-1] == 429


@pytest.mark.parametrize(
    "path", ["/ack/a%2Fb", "/ack/..%2f..%2fv1%2fstatus", "/ack/%00", "/ack/a%0d%0ab", "/ack/"]
)
async def test_a_link_of_any_letters_asks_for_nothing_but_a_link(
    page: httpx.ASGITransport, incidents: Incidents, path: str
) -> None:
    async with httpx.AsyncClient(transport=page, base_url="http://localhost") as browser:
        answer = await browser.post(path)

    assert (answer.status_code, incidents.acknowledged) == (404, [])


async def test_strangers_who_try_links_leave_people_their_turns() -> None:
    """However many of them there are: each address is paced for itself alone."""
    waiting, most = 0, 0
    go_on = anyio.Event()

    async def slow(_: httpx.Request) -> httpx.Response:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        await go_on.wait()
        waiting -= 1
        return httpx.Response(404, html="no")

    links = AckLinkPages(ControlClient(httpx.MockTransport(slow)))
    (route,) = links.routes()
    app = Starlette(routes=[route])
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN)
    async with client, anyio.create_task_group() as tasks:
        for number in range(3 * AT_ONCE):
            tasks.start_soon(client.get, f"/ack/{number}")
        await anyio.wait_all_tasks_blocked()
        go_on.set()

    assert most == AT_ONCE < CONTROL_AT_ONCE
