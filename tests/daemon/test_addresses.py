"""Requests go to the addresses that automaton.yml names, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import Response
from starlette.routing import Route

from automaton.core.outcome import LONGEST_BODY, Outcome, Result
from automaton.daemon.addresses import Addresses, NamedAddress
from automaton.secret import Secret
from automaton.web.listener import listening_at, serve

pytestmark = pytest.mark.anyio

URL = "https://status.test/api?token=hidden"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Service:
    """What is called. `answer` may be an error."""

    answer: httpx.Response | Exception = field(default_factory=lambda: httpx.Response(204))
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def request(service: Service, **fields: Any) -> Outcome:
    named = {"status": NamedAddress(Secret(URL), {"Authorization": Secret("Bearer hidden")})}
    addresses = Addresses(named, lambda: httpx.MockTransport(service))
    return await addresses.request(**{"name": "status", "method": "POST", **fields})


async def test_method_headers_and_body_are_sent() -> None:
    service = Service()
    outcome = await request(service, method="PUT", body='{"a": 1}')
    (asked,) = service.asked

    assert outcome == Outcome(Result.DONE, "HTTP 204", "http", status=204)
    assert (asked.method, str(asked.url), json.loads(asked.content)) == ("PUT", URL, {"a": 1})
    assert asked.headers["authorization"] == "Bearer hidden"
    assert asked.headers["content-type"] == "application/json"


async def test_without_a_body_none_is_sent() -> None:
    service = Service()
    await request(service, method="GET")

    assert service.asked[0].content == b""
    assert "content-type" not in service.asked[0].headers


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (httpx.Response(200, text="fine"), Outcome(Result.DONE, "HTTP 200", "http", status=200, body="fine")),
        (httpx.Response(404), Outcome(Result.REFUSED, "`status` answers HTTP 404", "http", status=404)),
        (httpx.Response(500), Outcome(Result.REFUSED, "`status` answers HTTP 500", "http", status=500)),
        (
            httpx.ConnectError(f"no way to {URL}"),
            Outcome(Result.FAILED, "`status` cannot be reached: ConnectError", "http"),
        ),
        (
            httpx.ReadTimeout(f"{URL} is slow"),
            Outcome(Result.UNKNOWN, "it was sent, and `status` did not answer (ReadTimeout)", "http"),
        ),
    ],
)
async def test_an_answer_is_told_by_name_and_never_by_address(
    answer: httpx.Response | Exception, outcome: Outcome
) -> None:
    told = await request(Service(answer))

    assert told == outcome
    assert "hidden" not in str(told)


async def test_of_a_long_answer_the_beginning_is_kept() -> None:
    outcome = await request(Service(httpx.Response(200, text="x" * 100_000)))

    assert (outcome.result, outcome.body) == (Result.DONE, "x" * 4096)


async def test_no_redirect_is_followed() -> None:
    service = Service(httpx.Response(302, headers={"location": "http://169.254.169.254/latest/meta-data"}))
    outcome = await request(service)

    assert (outcome.result, len(service.asked)) == (Result.REFUSED, 1)
    assert "redirects" in outcome.detail


@pytest.mark.parametrize("url", ["other", "http://169.254.169.254/", URL, ""])
async def test_only_a_name_is_called(url: str) -> None:
    service = Service()
    outcome = await request(service, name=url)

    assert (outcome.result, service.asked) == (Result.REFUSED, [])


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    with listening_at("127.0.0.1", 0) as listener:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(serve, app, listener)
            yield "http://{}:{}".format(*listener.getsockname())
            tasks.cancel_scope.cancel()


async def test_a_request_arrives_at_a_real_server() -> None:
    seen: list[tuple[str, str, bytes]] = []

    async def status(asked: Asked) -> Response:
        seen.append((asked.method, asked.headers["x-source"], await asked.body()))
        return Response(status_code=201)

    async with serving(Starlette(routes=[Route("/api", status, methods=["POST"])])) as base:
        addresses = Addresses(
            {"status": NamedAddress(Secret(f"{base}/api"), {"X-Source": Secret("automaton")})}
        )
        outcome = await addresses.request("status", "POST", '{"up": true}')

    assert outcome == Outcome(Result.DONE, "HTTP 201", "http", status=201)
    assert seen == [("POST", "automaton", b'{"up": true}')]


async def test_of_a_long_answer_what_lies_on_the_path_is_kept() -> None:
    builds = json.dumps({"builds": [{"number": number, "notes": "x" * 200} for number in range(2000)]})
    service = Service(httpx.Response(200, text=builds))

    outcome = await request(service, method="GET", path=("builds", -1, "number"))
    assert (len(builds) > 300_000, outcome.body) == (True, '{"builds": [{"number": 1999}]}')


async def test_of_an_answer_without_a_path_the_beginning_is_kept() -> None:
    outcome = await request(Service(httpx.Response(200, text="ä" * 5000)), method="GET")

    assert outcome.body == "ä" * (LONGEST_BODY // 2)


async def test_an_address_that_repeats_what_it_was_told_in_secret_is_not_read_out() -> None:
    said = f"Bearer secret-token, secret-token, {URL}, fine"
    named = {"status": NamedAddress(Secret(URL), {"Authorization": Secret("Bearer secret-token")})}
    addresses = Addresses(named, lambda: httpx.MockTransport(Service(httpx.Response(500, text=said))))

    assert (await addresses.request("status", "GET")).body == "***, ***, ***, fine"
