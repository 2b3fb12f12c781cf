"""A Panel behind real TLS on the loopback, and behind a proxy."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest
import trustme
from anyio.abc import ByteStream, SocketAttribute, SocketStream
from anyio.streams.tls import TLSListener

from automaton.errors import Untrusted
from automaton.pace.clock import SystemClock
from automaton.pace.trust import tls_context
from automaton.panel.client import PanelClient
from automaton.panel.endpoint import PanelEndpoint
from automaton.secret import Secret

pytestmark = pytest.mark.anyio

BODY = b'{"data": [], "meta": {"pagination": {"total_pages": 1}}}'
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"  # real sockets, real time


@asynccontextmanager
async def panel(certificate: trustme.LeafCert) -> AsyncIterator[int]:
    """Answers each request on the loopback with an empty list."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    (sockets,) = (await anyio.create_tcp_listener(local_host="127.0.0.1")).listeners
    listener = TLSListener(sockets, context, standard_compatible=False)

    async def serve(stream: ByteStream) -> None:
        async with stream:
            request = b""
            while not request.endswith(b"\r\n\r\n"):
                request += await stream.receive()
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(BODY)}\r\nConnection: close\r\n\r\n"
            await stream.send(head.encode() + BODY)

    async with listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, serve)
        yield sockets.extra(SocketAttribute.local_port)
        group.cancel_scope.cancel()


@asynccontextmanager
async def tunnel(asked: list[bytes]) -> AsyncIterator[int]:
    """A proxy that takes CONNECT, and writes down what it was asked."""
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")

    async def serve(near: SocketStream) -> None:
        async with near:
            request = b""
            while not request.endswith(b"\r\n\r\n"):
                request += await near.receive()
            asked.append(request.split(b"\r\n")[0])
            host, _, port = request.split(b" ")[1].decode().rpartition(":")
            async with await anyio.connect_tcp(host, int(port)) as far, anyio.create_task_group() as both:
                await near.send(b"HTTP/1.1 200 OK\r\n\r\n")
                both.start_soon(carry, near, far)
                await carry(far, near)
                both.cancel_scope.cancel()

    async with listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, serve)
        yield listener.extra(SocketAttribute.local_port)
        group.cancel_scope.cancel()


async def carry(near: ByteStream, far: ByteStream) -> None:
    try:
        async for data in near:
            await far.send(data)
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        pass


async def list_of(
    port: int, ca: Path | None = None, *, insecure_skip_verify: bool = False, proxy: str | None = None
) -> list[object]:
    account = PanelEndpoint(
        name="main", url=f"https://127.0.0.1:{port}", keys=(Secret("ptlc_x"),), proxy=proxy
    )
    tls = tls_context(ca, insecure_skip_verify=insecure_skip_verify)
    client = PanelClient(account, account.keys[0], clock=SystemClock(), tls=tls)
    try:
        return list(await client.servers())
    finally:
        await client.aclose()


async def test_a_certificate_of_the_named_authority_is_accepted(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "own.pem"))

    async with panel(authority.issue_cert("127.0.0.1")) as port:
        assert await list_of(port, tmp_path / "own.pem") == []


@pytest.mark.parametrize(
    ("host", "expires", "is_known", "sentence"),
    [
        ("127.0.0.1", None, False, "its authority is not known on this machine"),
        ("127.0.0.1", LONG_AGO, True, "it has expired"),
        ("127.0.0.2", None, True, "IP address mismatch"),
    ],
    ids=["own authority", "expired", "another name"],
)
async def test_a_certificate_that_does_not_hold_is_refused_with_a_sentence(
    tmp_path: Path, host: str, expires: datetime | None, is_known: bool, sentence: str
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "own.pem"))

    async with panel(authority.issue_cert(host, not_after=expires)) as port:
        with pytest.raises(
            Untrusted, match=f"the certificate at the Panel's address does not hold.*{sentence}"
        ):
            await list_of(port, tmp_path / "own.pem" if is_known else None)


async def test_what_is_not_verified_is_taken_from_anyone() -> None:
    async with panel(trustme.CA().issue_cert("other.test")) as port:
        assert await list_of(port, insecure_skip_verify=True) == []


async def test_a_proxy_sees_where_to_and_nothing_else(tmp_path: Path) -> None:
    authority, asked = trustme.CA(), list[bytes]()
    authority.cert_pem.write_to_path(str(tmp_path / "own.pem"))

    async with panel(authority.issue_cert("127.0.0.1")) as port, tunnel(asked) as proxy:
        assert await list_of(port, tmp_path / "own.pem", proxy=f"http://127.0.0.1:{proxy}") == []

    assert asked == [f"CONNECT 127.0.0.1:{port} HTTP/1.1".encode()]
