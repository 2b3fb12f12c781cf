"""Whether a Panel answers at all; who asks is nobody in particular."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable

import anyio
import httpx
import pytest

from automaton.pace.http_client import HttpClient
from automaton.pace.panel_probe import ANSWERED_WITHIN, probe_panel

pytestmark = pytest.mark.anyio


async def heard(handler: Callable[[httpx.Request], httpx.Response], url: str = "http://panel.test") -> str:
    transport = httpx.MockTransport(handler)
    async with HttpClient(ssl.create_default_context(), transport=transport) as client:
        return await probe_panel(client, url)


@pytest.mark.parametrize("status", [200, 302, 401, 403, 404, 429])
async def test_whatever_a_panel_says_below_500_is_an_answer(status: int) -> None:
    assert await heard(lambda _: httpx.Response(status)) == ""


@pytest.mark.parametrize("status", [500, 502, 503, 504, 521])
async def test_a_panel_that_fails_does_not_answer(status: int) -> None:
    assert await heard(lambda _: httpx.Response(status)) == f"HTTP {status}"


async def test_no_key_no_cookie_and_no_redirect_go_with_the_question() -> None:
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(302, headers={"Location": "http://elsewhere.test", "Set-Cookie": "a=b"})

    await heard(handler, "http://panel.test/games/")

    (request,) = asked
    assert (request.method, str(request.url)) == ("GET", "http://panel.test/games/api/client")
    assert request.headers["accept"] == "application/json"
    assert not {"authorization", "cookie", "origin"} & request.headers.keys()


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ReadError("reset")])
async def test_nothing_is_no_answer_and_says_why(error: httpx.HTTPError) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    assert await heard(handler) == str(error)


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999/", "panel.test", ""])
async def test_an_address_that_is_none_is_no_answer(url: str) -> None:
    async with HttpClient(ssl.create_default_context()) as client:
        assert await probe_panel(client, url) != ""


async def test_a_certificate_that_we_do_not_trust_is_the_panels_answer_all_the_same() -> None:
    """No key goes there, and Wings judges by a store of its own."""

    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("tls") from ssl.SSLCertVerificationError("self-signed certificate")

    assert await heard(handler) == ""


class Hanging(httpx.AsyncBaseTransport):
    """Never answers."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await anyio.sleep_forever()
        raise AssertionError


async def test_a_panel_that_hangs_is_given_up_after_ten_seconds() -> None:
    began = anyio.current_time()  # noqa: TID251 - the virtual time of the test
    async with HttpClient(ssl.create_default_context(), transport=Hanging()) as client:
        assert await probe_panel(client, "http://panel.test") == "the answer did not end in time"

    assert anyio.current_time() - began == pytest.approx(ANSWERED_WITHIN)  # noqa: TID251


async def test_a_status_counts_though_the_body_never_ends() -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            await anyio.sleep(5)
            yield b" "

    assert await heard(lambda _: httpx.Response(401, content=drip())) == ""
