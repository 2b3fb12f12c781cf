"""A link of a message: looking changes nothing, pressing acknowledges, and a wrong link learns nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest

from automaton.core.moment import Moment
from automaton.secret import Secret
from automaton.web.ack_page import HEADERS, LinkedIncident, LinkedIncidents
from automaton.web.acknowledge import OPENINGS, AckPages
from automaton.web.guess_budget import GUESSES
from automaton.web.hooks import HooksApi, NoSingleServer

pytestmark = pytest.mark.anyio


@dataclass
class Clock:
    """Stands still until it is told otherwise."""

    mono: float = 0.0

    def now(self) -> Moment:
        return Moment(self.mono, self.mono)


@dataclass
class Links:
    """Knows the token `right`, which means one incident."""

    taken: list[str] = field(default_factory=list)

    def linked(self, token: str) -> LinkedIncidents | None:
        one = LinkedIncident(
            rule="mem-high", server="lobby", severity="warning", open_for=60.0, is_acked="right" in self.taken
        )
        return LinkedIncidents(channel="ops", going=(one,)) if token == "right" else None

    def acknowledge(self, token: str) -> LinkedIncidents | None:
        self.taken.append(token)
        return self.linked(token)


class NoHooks:
    """No hook is known."""

    def tokens(self) -> dict[str, Secret]:
        return {}

    def find(self, text: str) -> NoSingleServer:
        return NoSingleServer.NONE

    async def hook_called(self, hook: str, server: str, fields: object) -> str:
        raise AssertionError


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def links() -> Links:
    return Links()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def client(links: Links, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(HooksApi(NoHooks(), clock, AckPages(links, clock).routes()).app)
    async with httpx.AsyncClient(transport=transport, base_url="http://automaton") as client:
        yield client


async def test_looking_names_the_incident_and_changes_nothing(
    client: httpx.AsyncClient, links: Links
) -> None:
    for method in ("GET", "HEAD", "GET"):
        answer = await client.request(method, "/ack/right")

        assert answer.status_code == 200
    assert "lobby" in answer.text
    assert links.taken == []


async def test_pressing_acknowledges_and_pressing_again_does_no_harm(
    client: httpx.AsyncClient, links: Links
) -> None:
    first, again = await client.post("/ack/right"), await client.post("/ack/right")

    assert "1 incident acknowledged" in first.text
    assert "Nothing was left" in again.text
    assert links.taken == ["right", "right"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_no_other_method_does_anything(client: httpx.AsyncClient, links: Links, method: str) -> None:
    assert (await client.request(method, "/ack/right")).status_code == 405
    assert links.taken == []


@pytest.mark.parametrize("path", ["/ack/right", "/ack/wrong"])
async def test_no_answer_is_kept_framed_sniffed_or_told_onwards(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers

    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "set-cookie" not in headers


async def test_the_token_stands_in_no_page(client: httpx.AsyncClient) -> None:
    for answer in (
        await client.get("/ack/right"),
        await client.post("/ack/right"),
        await client.get("/ack/forged"),
    ):
        assert "right" not in answer.text
        assert "forged" not in answer.text


@pytest.mark.parametrize("token", ["x", "x" * 10_000, "%00", "%2e%2e", "<b>", "é", "right%20"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_each_wrong_link_gets_the_same_page(
    client: httpx.AsyncClient, links: Links, method: str, token: str
) -> None:
    answer, other = await client.request(method, f"/ack/{token}"), await client.get("/ack/y")

    assert (answer.status_code, answer.text) == (404, other.text)
    assert links.taken == []


async def test_who_tries_links_waits_and_who_has_one_does_not(client: httpx.AsyncClient) -> None:
    for _ in range(int(GUESSES)):
        assert (await client.get("/ack/wrong")).status_code == 404
    waits = await client.get("/ack/wrong")

    assert (waits.status_code, waits.headers["Retry-After"]) == (429, "6")
    assert (await client.get("/ack/right")).status_code == 200


async def test_a_link_that_is_opened_again_and_again_has_to_wait(
    client: httpx.AsyncClient, clock: Clock, links: Links
) -> None:
    for _ in range(int(OPENINGS)):
        assert (await client.get("/ack/right")).status_code == 200

    assert (await client.post("/ack/right")).status_code == 429
    assert links.taken == []
    clock.mono = 1.0
    assert (await client.post("/ack/right")).status_code == 200


async def test_who_acknowledges_is_answered_once_it_is_done(links: Links, clock: Clock) -> None:
    done: list[int] = []

    async def confirmed() -> None:
        done.append(len(links.taken))

    api = HooksApi(NoHooks(), clock, AckPages(links, clock, confirmed).routes())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(api.app), base_url="http://automaton"
    ) as client:
        await client.get("/ack/right")
        assert done == []
        await client.post("/ack/right")

    assert done == [1]
