"""Real TLS on the loopback: which certificates hold, and that HTTP/1.1 alone is offered."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest
import trustme
from anyio.abc import SocketAttribute
from anyio.streams.tls import TLSAttribute, TLSListener, TLSStream

from automaton.errors import Unreachable, Untrusted
from automaton.pace.clock import SystemClock
from automaton.pace.trust import tls_context
from automaton.wings.link_opening import ConnectOptions, UpgradeRefused, opened
from tests.wings.peer import accepted

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"  # real sockets, real time


FORGED = b"\x17\x03\x03\x00\x20" + b"x" * 32
"""A record that nobody with the key wrote: whoever is on the way can send it."""


@asynccontextmanager
async def node(
    certificate: trustme.LeafCert,
    offered: Callable[[str | None], None] = lambda _: None,
    *,
    answers: Callable[[bytes], bytes] = lambda request: accepted(request) + b"\x81\x02hi",
    then: bytes = b"",
) -> AsyncIterator[str]:
    """Accepts one upgrade on the loopback; `offered` hears what ALPN chose, `then` comes outside of TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    context.set_alpn_protocols(["h2", "http/1.1"])
    (sockets,) = (await anyio.create_tcp_listener(local_host="127.0.0.1")).listeners
    port = sockets.extra(SocketAttribute.local_port)
    listener = TLSListener(sockets, context, standard_compatible=False)

    async def serve(stream: TLSStream) -> None:
        offered(stream.extra(TLSAttribute.alpn_protocol, None))
        async with stream:
            request = b""
            while not request.endswith(b"\r\n\r\n"):
                request += await stream.receive()
            if answer := answers(request):
                await stream.send(answer)
            if then:
                await stream.transport_stream.send(then)
            with anyio.move_on_after(2), suppress(anyio.EndOfStream, anyio.BrokenResourceError):
                await stream.receive()

    async with listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, serve)
        yield f"https://127.0.0.1:{port}/ws"
        group.cancel_scope.cancel()


def options(ca: Path | None = None, *, insecure_skip_verify: bool = False) -> ConnectOptions:
    return ConnectOptions(
        origin="https://panel.test", tls=tls_context(ca, insecure_skip_verify=insecure_skip_verify)
    )


async def test_a_certificate_of_a_named_authority_holds_and_http_2_is_not_offered(tmp_path: Path) -> None:
    authority, chosen = trustme.CA(), list[str | None]()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    async with (
        node(authority.issue_cert("127.0.0.1"), chosen.append) as url,
        opened(options(tmp_path / "ca.pem"), url, SystemClock()) as link,
    ):
        assert await link.texts(float("inf")) == ["hi"]

    assert chosen == ["http/1.1"]


async def test_a_certificate_that_nobody_vouches_for_does_not_hold() -> None:
    async with node(trustme.CA().issue_cert("127.0.0.1")) as url:
        with pytest.raises(Untrusted, match="certificate"):
            async with opened(options(), url, SystemClock()):
                pass


async def test_a_certificate_of_another_name_does_not_hold(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    async with node(authority.issue_cert("other.test")) as url:
        with pytest.raises(Untrusted):
            async with opened(options(tmp_path / "ca.pem"), url, SystemClock()):
                pass


async def test_a_certificate_that_has_expired_does_not_hold(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)

    async with node(authority.issue_cert("127.0.0.1", not_after=long_ago)) as url:
        with pytest.raises(Untrusted, match="it has expired"):
            async with opened(options(tmp_path / "ca.pem"), url, SystemClock()):
                pass


async def test_what_is_not_verified_is_taken_from_anyone() -> None:
    async with (
        node(trustme.CA().issue_cert("other.test")) as url,
        opened(options(insecure_skip_verify=True), url, SystemClock()) as link,
    ):
        assert await link.texts(float("inf")) == ["hi"]


async def test_a_forged_record_on_an_open_link_ends_it_as_any_fault_of_the_network() -> None:
    async with (
        node(trustme.CA().issue_cert("127.0.0.1"), then=FORGED) as url,
        opened(options(insecure_skip_verify=True), url, SystemClock()) as link,
    ):
        while link.closed_with is None:
            await link.texts(float("inf"))

        assert link.closed_with == (None, "")


async def test_a_forged_record_instead_of_an_answer_is_a_node_that_cannot_be_reached() -> None:
    certificate = trustme.CA().issue_cert("127.0.0.1")
    async with node(certificate, answers=lambda _: b"", then=FORGED) as url:
        with pytest.raises(Unreachable, match="TLS was broken"):
            async with opened(options(insecure_skip_verify=True), url, SystemClock()):
                pass


async def test_a_forged_record_in_a_refusal_leaves_the_refusal() -> None:
    certificate = trustme.CA().issue_cert("127.0.0.1")
    refusal = b"HTTP/1.1 403 No\r\nContent-Length: 9\r\n\r\nwhy"
    async with node(certificate, answers=lambda _: refusal, then=FORGED) as url:
        with pytest.raises(UpgradeRefused) as refused:
            async with opened(options(insecure_skip_verify=True), url, SystemClock()):
                pass

    assert (refused.value.answer, refused.value.body) == (403, "why")
