"""What an answer may cost is counted below the client. Its bounds at work: tests/pace/test_http_client.py."""

from __future__ import annotations

import ssl

import httpcore
import httpx
import pytest

from automaton.pace.bounded_transport import (
    MOST_HEADERS,
    MOST_OF_A_HEAD,
    BoundedTransport,
    TooMuch,
    encoding_of,
    exchange,
    sockets,
)

pytestmark = pytest.mark.anyio


def test_a_head_has_a_bound_of_its_own_and_the_body_comes_on_top() -> None:
    with exchange(1000) as answer:
        answer.came(MOST_OF_A_HEAD)
        answer.head_is_over()
        answer.came(1000)
        with pytest.raises(TooMuch):
            answer.came(100)


def test_after_its_end_not_a_byte_is_taken() -> None:
    with exchange(1000) as answer:
        answer.end()
        with pytest.raises(TooMuch):
            answer.came(1)


@pytest.mark.parametrize("proxy", [None, "http://proxy.test:3128"])
async def test_every_connection_is_metered_also_through_a_proxy(proxy: str | None) -> None:
    """Should another version of httpx or httpcore keep its backend elsewhere, nothing would be counted."""
    transport = sockets(ssl.create_default_context(), proxy)
    assert isinstance(transport, httpx.AsyncHTTPTransport)
    pool = transport._pool
    assert isinstance(pool, httpcore.AsyncConnectionPool)
    connection = pool.create_connection(httpcore.Origin(b"http", b"a.test", 80))

    below = vars(connection if proxy is None else vars(connection)["_connection"])
    assert type(below["_network_backend"]).__name__ == "_MeteredBackend"
    await transport.aclose()


async def test_cookies_and_redirects_do_not_reach_httpx_and_a_flood_of_headers_is_no_answer() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        count = int(request.url.path[1:])
        return httpx.Response(
            302, headers=[("Location", "http://xn--a/"), ("Set-Cookie", "a=b"), *[("x", "y")] * count]
        )

    async with httpx.AsyncClient(transport=BoundedTransport(httpx.MockTransport(handler))) as client:
        answer = await client.get("http://a.test/1")
        with pytest.raises(httpx.RemoteProtocolError, match="headers"):
            await client.get(f"http://a.test/{MOST_HEADERS}")

    assert [name for name in answer.headers if name in ("location", "set-cookie")] == []


@pytest.mark.parametrize(
    ("named", "encoding"),
    [("identity", ""), (" Identity ", ""), ("", ""), ("gzip, gzip", "gzip, gzip"), ("x" * 90, "x" * 40)],
)
def test_an_encoding_is_named_in_few_plain_words(named: str, encoding: str) -> None:
    assert encoding_of(httpx.Headers({"Content-Encoding": named})) == encoding
    assert encoding_of(httpx.Headers()) == ""
