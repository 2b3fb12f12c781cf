"""The Panel's client, against the simulated Panel and against answers that no Panel gives."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

import anyio
import httpx
import pytest

from automaton.core.calls import Signal
from automaton.core.outcome import Outcome, Result
from automaton.errors import AutomatonError, Refused, TryLater, Unreachable
from automaton.pace.clock import SteadyClock
from automaton.pace.http_client import MOST_OF_A_LIST
from automaton.panel.client import MAX_PAGES, PanelClient
from automaton.panel.endpoint import PanelEndpoint
from automaton.secret import Secret
from automaton.simulator.simulated_world import SimulatedWorld
from tests.simulator.memory_network import in_memory

pytestmark = pytest.mark.anyio

KEY = "ptlc_0123456789a0123456789abcdef0123456789abcdef"


@asynccontextmanager
async def client_of(transport: httpx.AsyncBaseTransport, key: str = KEY) -> AsyncIterator[PanelClient]:
    account = PanelEndpoint(name="main", url="http://panel.test", keys=(Secret(key),))
    client = PanelClient(
        account,
        account.keys[0],
        clock=SteadyClock(1_800_000_000.0),
        tls=ssl.create_default_context(),
        transport=transport,
    )
    yield client
    await client.aclose()


@asynccontextmanager
async def answered_by(handler: Callable[[httpx.Request], httpx.Response]) -> AsyncIterator[PanelClient]:
    async with client_of(httpx.MockTransport(handler)) as client:
        yield client


@asynccontextmanager
async def simulated(
    servers: int = 1, *, key: str | None = None
) -> AsyncIterator[tuple[SimulatedWorld, PanelClient]]:
    clock = SteadyClock(1_800_000_000.0)
    world = SimulatedWorld.build(clock, servers=servers, running=False)
    async with in_memory(world, clock) as network, client_of(network.transport(), key or world.key) as client:
        yield world, client


# The simulated Panel


async def test_all_servers_are_listed_over_several_pages_with_their_eggs() -> None:
    async with simulated(230) as (world, client):
        profiles = await client.servers()

        assert {p.uuid for p in profiles} == {s.build.uuid for s in world.servers()}
        assert len(profiles) == 230
        assert profiles[0].egg == "Paper"
        assert client.requests == 3


async def test_a_server_is_asked_for_alone_with_the_permissions_on_it() -> None:
    async with simulated() as (world, client):
        server = world.servers()[0]
        server.suspended = True

        assert (await client.server(server.build.uuid)).suspended
        assert "control.start" in await client.permissions(server.build.uuid)


async def test_a_token_comes_with_the_socket_that_takes_it() -> None:
    async with simulated() as (world, client):
        uuid = world.servers()[0].build.uuid

        grant = await client.websocket(uuid)

        assert grant.socket == f"ws://node-1.test:8080/api/servers/{uuid}/ws"
        assert grant.token.reveal().count(".") == 2


async def test_the_sixth_token_of_a_minute_is_refused_for_that_server_alone() -> None:
    async with simulated(2) as (world, client):
        first, second = (server.build.uuid for server in world.servers())
        for _ in range(5):
            await client.websocket(first)

        with pytest.raises(TryLater) as raised:
            await client.websocket(first)

        assert raised.value.after is not None
        await client.websocket(second)


async def test_a_power_action_and_a_command_are_done_and_the_log_of_the_other_side_agrees() -> None:
    async with simulated() as (world, client):
        server = world.servers()[0]

        assert await client.command(server.build.uuid, "list") == Outcome(
            Result.REFUSED, "Server must be online in order to send commands.", "panel"
        )
        assert (await client.power(server.build.uuid, Signal.START)).result is Result.DONE
        assert world.log.entries("power")[0].detail.startswith("start")


async def test_a_wrong_key_is_refused_with_what_to_do() -> None:
    async with simulated(key="ptlc_wrong") as (_, client):
        with pytest.raises(Refused, match="create a new client key") as raised:
            await client.servers()

        assert raised.value.status == 401


# Any answer


async def test_a_request_carries_the_key_asks_for_json_and_nothing_else_that_tells_who_we_are() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"data": []}, headers={"Set-Cookie": "session=1; Path=/"})

    async with answered_by(handler) as client:
        await client.servers()
        await client.servers()

    for request in seen:
        assert request.headers["authorization"] == f"Bearer {KEY}"
        assert request.headers["accept"] == "application/json"
        assert "cookie" not in request.headers
        assert "origin" not in request.headers
        assert "referer" not in request.headers
    assert seen[0].url.path == "/api/client"
    assert parse_qs(seen[0].url.query.decode()) == {"include": ["egg"], "per_page": ["100"], "page": ["1"]}


async def test_whether_the_panel_answers_is_asked_without_the_key_and_past_a_wait_that_it_asked_for() -> None:
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(429, headers={"Retry-After": "3600"})

    async with answered_by(handler) as client:
        clock = SteadyClock(0.0)
        with pytest.raises(TryLater):
            await client.servers()
        assert await client.panel_outage() == ""
        assert clock.now().mono == 0

    assert str(asked[1].url) == "http://panel.test/api/client"
    assert "authorization" not in asked[1].headers


async def test_a_panel_in_maintenance_is_silent() -> None:
    async with simulated() as (world, client):
        assert await client.panel_outage() == ""
        world.panel.down = 503
        assert await client.panel_outage() == "HTTP 503"


async def test_a_redirect_is_not_followed_and_the_key_goes_nowhere_else() -> None:
    hosts: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return httpx.Response(301, headers={"Location": "https://evil.test/"})

    async with answered_by(handler) as client:
        with pytest.raises(Refused, match="redirects"):
            await client.servers()

    assert hosts == ["panel.test"]


@pytest.mark.parametrize("pages", [MAX_PAGES, MAX_PAGES + 1, 10**9])
async def test_pages_that_shift_are_read_once_and_more_than_are_read_are_refused(pages: int) -> None:
    """A list that is cut would make the servers after the cut look gone."""

    def handler(request: httpx.Request) -> httpx.Response:
        item = {"attributes": {"uuid": "a", "identifier": "a"}}
        return httpx.Response(
            200,
            json={"data": [item, item], "meta": {"pagination": {"total_pages": pages}}},
            headers={"X-RateLimit-Limit": "720000"},
        )

    async with answered_by(handler) as client:
        if pages > MAX_PAGES:
            with pytest.raises(Unreachable, match=f"{pages} pages"):
                await client.servers()
        else:
            assert len(await client.servers()) == 1
        assert client.requests == (1 if pages > MAX_PAGES else MAX_PAGES)


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b"{}"])
async def test_an_answer_that_is_no_panels_names_the_setting_to_look_at(body: bytes) -> None:
    async with answered_by(lambda _: httpx.Response(200, content=body)) as client:
        for ask in (client.servers(), client.server("a"), client.websocket("a")):
            with pytest.raises(Unreachable, match="`url`"):
                await ask


async def test_an_answer_without_end_is_cut_off() -> None:
    async with answered_by(lambda _: httpx.Response(200, content=b"x" * (MOST_OF_A_LIST + 1))) as client:
        with pytest.raises(Unreachable, match="larger than 8192 KiB"):
            await client.servers()


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (httpx.ConnectError("refused"), Result.FAILED),
        (httpx.ConnectTimeout("slow"), Result.FAILED),
        (httpx.PoolTimeout("busy"), Result.FAILED),
        (httpx.ReadTimeout("silent"), Result.UNKNOWN),
        (httpx.ReadError("reset"), Result.UNKNOWN),
        (httpx.RemoteProtocolError("closed"), Result.UNKNOWN),
    ],
)
async def test_an_action_that_may_have_been_sent_is_unknown_and_one_that_was_not_has_failed(
    error: httpx.HTTPError, result: Result
) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    async with answered_by(handler) as client:
        assert (await client.power("a", Signal.STOP)).result is result
        assert (await client.command("a", "list")).result is result
        assert (await client.backup("a", "nightly")).result is result
        with pytest.raises(Unreachable):
            await client.servers()


@pytest.mark.parametrize("header", ["0", "3600", "garbage", ""])
async def test_a_rate_limit_of_the_account_holds_its_other_requests(header: str) -> None:
    clock = SteadyClock(0.0)
    answers = iter([429, 200])

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(next(answers), json={"data": []}, headers={"Retry-After": header})

    async with answered_by(handler) as client:
        began = clock.now().mono
        with pytest.raises(TryLater):
            await client.servers()
        await client.servers()

    expected = {"0": 0, "3600": 3600}.get(header, 30)
    assert clock.now().mono - began == pytest.approx(expected, abs=1)


@pytest.mark.parametrize(
    "headers",
    [{"X-RateLimit-Limit": "2", "X-RateLimit-Remaining": "0"}, {"X-RateLimit-Remaining": "200"}, {}],
)
async def test_the_limit_on_backups_is_the_servers_and_slows_nobody_else(headers: dict[str, str]) -> None:
    clock = SteadyClock(0.0)

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/backups"):
            return httpx.Response(429, headers={**headers, "Retry-After": "600"})
        return httpx.Response(200, json={"data": []})

    async with answered_by(handler) as client:
        began = clock.now().mono
        outcome = await client.backup("a", "nightly")
        await client.servers()

    assert (outcome.result, outcome.passing) == (Result.REFUSED, True)
    assert clock.now().mono == began


async def test_a_limit_of_five_on_a_token_is_the_servers_and_slows_nobody_else() -> None:
    clock = SteadyClock(0.0)

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/websocket"):
            headers = {"X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "0", "Retry-After": "50"}
            return httpx.Response(429, headers=headers)
        return httpx.Response(200, json={"data": []})

    async with answered_by(handler) as client:
        began = clock.now().mono
        with pytest.raises(TryLater) as raised:
            await client.websocket("a")
        await client.servers()

    assert raised.value.after == 50
    assert clock.now().mono == began


async def test_an_answer_that_drips_for_ever_is_given_up() -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            await anyio.sleep(10)
            yield b" "

    async with answered_by(lambda _: httpx.Response(200, content=drip())) as client:
        with pytest.raises(Unreachable, match="in time"):
            await client.servers()


async def test_no_error_shows_the_key() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async with answered_by(handler) as client:
        with pytest.raises(AutomatonError) as raised:
            await client.servers()

    assert KEY not in repr(raised.value)
    assert KEY not in str(raised.getrepr(showlocals=True))


async def test_a_refused_key_is_told_once_to_all_who_stand_in_the_queue_and_a_list_mends_it() -> None:
    asked: list[str] = []
    status = 401

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        body = {"data": [], "meta": {"pagination": {"total_pages": 1}}} if status == 200 else {"errors": []}
        return httpx.Response(status, json=body)

    async with client_of(httpx.MockTransport(answer)) as client:
        for number in range(20):
            with pytest.raises(Refused):
                await client.websocket(f"server-{number}")
        assert len(asked) == 1

        status = 200
        assert await client.servers() == []
        with pytest.raises(Unreachable):
            await client.websocket("server-1")
    assert len(asked) == 3


async def test_a_panel_that_describes_another_server_than_it_was_asked_for_is_not_believed() -> None:
    answer = {"attributes": {"uuid": "b", "identifier": "b"}}

    async with answered_by(lambda _: httpx.Response(200, json=answer)) as client:
        assert (await client.server("b")).uuid == "b"
        with pytest.raises(Unreachable, match="another server"):
            await client.server("a")
