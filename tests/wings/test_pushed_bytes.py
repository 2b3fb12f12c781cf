"""Bytes from real sockets on the loopback, plain and within TLS, without a reading task."""

from __future__ import annotations

import gc
import ssl
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from math import inf

import anyio
import anyio.lowlevel
import httpcore
import pytest
import trustme
from anyio.abc import ByteStream, SocketAttribute
from anyio.streams.tls import TLSListener

from automaton.pace.bounded_transport import metered
from automaton.pace.clock import SystemClock
from automaton.wings.byte_source import PulledBytes
from automaton.wings.link import Link
from automaton.wings.link_opening import ConnectOptions, opened
from automaton.wings.pushed_bytes import DecryptedBytes, PushedBytes, source_of
from tests.wings.peer import Peer, accepted
from tests.wings.test_byte_source import Taker

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, object]]:
    if request.param == "uvloop":
        pytest.importorskip("uvloop")
    return "asyncio", {"use_uvloop": request.param == "uvloop"}


class Told(Taker):
    """A taker that can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.news = anyio.Event()

    def came(self, data: bytes) -> None:
        super().came(data)
        self.news.set()

    def ended(self) -> None:
        super().ended()
        self.news.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        with anyio.fail_after(10):
            while not holds():
                await self.news.wait()
                self.news = anyio.Event()


@asynccontextmanager
async def wire(tls: bool = False) -> AsyncIterator[tuple[httpcore.AsyncNetworkStream, ByteStream]]:
    """Both ends of a connection on the loopback: ours as httpcore has it, and the peer's."""
    authority = trustme.CA()
    ours, theirs = ssl.create_default_context(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.configure_trust(ours)
    authority.issue_cert("127.0.0.1").configure_cert(theirs)
    (sockets,) = (await anyio.create_tcp_listener(local_host="127.0.0.1")).listeners
    port = sockets.extra(SocketAttribute.local_port)
    send, receive = anyio.create_memory_object_stream[ByteStream](1)
    over = anyio.Event()

    async def serve(stream: ByteStream) -> None:
        send.send_nowait(stream)
        await over.wait()

    async with send, receive, sockets, anyio.create_task_group() as group:
        listener = TLSListener(sockets, theirs, standard_compatible=False) if tls else sockets
        group.start_soon(listener.serve, serve)
        near = await metered(httpcore.AnyIOBackend()).connect_tcp("127.0.0.1", port)
        if tls:
            near = await near.start_tls(ours, "127.0.0.1")
        far = await receive.receive()
        try:
            yield near, far
        finally:
            over.set()
            for end in (near, far):
                await end.aclose()
        group.cancel_scope.cancel()


@pytest.mark.parametrize(("tls", "kind"), [(False, PushedBytes), (True, DecryptedBytes)])
async def test_what_comes_is_handed_over_in_order_up_to_the_end(tls: bool, kind: type[PushedBytes]) -> None:
    taker = Told()
    async with wire(tls) as (near, far):
        source = source_of(near, taker)
        source.begin()
        for number in range(50):
            await far.send(b"%d " % number * 1000)
        await far.aclose()
        await taker.until(lambda: taker.is_ended)

    assert type(source) is kind
    assert b"".join(taker.taken) == b"".join(b"%d " % number * 1000 for number in range(50))


@pytest.mark.parametrize("tls", [False, True])
async def test_what_came_before_it_began_is_not_lost(tls: bool) -> None:
    taker = Told()
    async with wire(tls) as (near, far):
        await far.send(b"first second")
        first = await near.read(6)
        source_of(near, taker).begin()
        await taker.until(lambda: b"".join(taker.taken) == b"second")

    assert first == b"first "


@pytest.mark.parametrize("tls", [False, True])
async def test_while_it_is_paused_a_flood_waits_at_the_peer(tls: bool) -> None:
    taker = Told()
    async with wire(tls) as (near, far):
        source = source_of(near, taker)
        source.pause()
        source.begin()
        with anyio.move_on_after(0.3) as flood:
            while True:
                await far.send(bytes(65536))
        assert flood.cancelled_caught
        assert taker.taken == []
        source.resume()
        await taker.until(lambda: bool(taker.taken))


@pytest.mark.parametrize("tls", [False, True])
async def test_writing_goes_on_as_before(tls: bool) -> None:
    async with wire(tls) as (near, far):
        source_of(near, Told()).begin()
        async with anyio.create_task_group() as group:
            group.start_soon(near.write, b"x" * 3_000_000)
            size = 0
            while size < 3_000_000:  # more than the system takes at once: writing pauses, and goes on
                size += len(await far.receive())

    assert size == 3_000_000


async def test_a_record_that_nobody_with_the_key_wrote_is_an_end() -> None:
    taker = Told()
    async with wire(tls=True) as (near, far):
        source_of(near, taker).begin()
        await far.transport_stream.send(b"\x17\x03\x03\x00\x20" + b"x" * 32)  # type: ignore[attr-defined]
        await taker.until(lambda: taker.is_ended)

    assert taker.taken == []


async def test_of_a_flood_of_tiny_records_some_are_handed_over_and_the_rest_when_it_is_wanted() -> None:
    class Full(Told):
        def came(self, data: bytes) -> None:
            super().came(data)
            source.pause()

    taker = Full()
    async with wire(tls=True) as (near, far):
        source = source_of(near, taker)
        source.begin()
        for _ in range(500):
            await far.send(b"x")
        most = 0
        while sum(map(len, taker.taken)) < 500:
            taken = len(taker.taken)
            source.resume()
            await taker.until(lambda taken=taken: len(taker.taken) > taken)  # type: ignore[misc] # bound early
            most = max(most, *map(len, taker.taken))

    assert most <= 16
    assert b"".join(taker.taken) == b"x" * 500


@pytest.mark.parametrize("tls", [False, True])
async def test_after_its_end_nothing_is_handed_over(tls: bool) -> None:
    taker = Told()
    async with wire(tls) as (near, far):
        source = source_of(near, taker)
        source.begin()
        await far.send(b"first")
        await taker.until(lambda: taker.taken == [b"first"])
        source.end()
        await far.send(b"late")
        await far.aclose()
        with anyio.move_on_after(0.05):
            await source.wait(inf)

    assert (taker.taken, taker.is_ended) == ([b"first"], False)


async def test_a_ring_ends_a_wait_also_one_that_comes_after_it() -> None:
    async with wire() as (near, _):
        source = source_of(near, Told())
        source.ring()
        with anyio.fail_after(10):
            await source.wait(inf)
        with anyio.move_on_after(0.01) as waited:
            await source.wait(inf)

    assert waited.cancelled_caught


async def test_a_stream_without_a_socket_is_read_as_any_other() -> None:
    assert type(source_of(Peer(), Told())) is PulledBytes


@asynccontextmanager
async def talking(*frames: bytes) -> AsyncIterator[Link]:
    """A link to a node that says this after the upgrade, the first of it in the same write."""
    (sockets,) = (await anyio.create_tcp_listener(local_host="127.0.0.1")).listeners
    port = sockets.extra(SocketAttribute.local_port)
    over = anyio.Event()

    async def serve(stream: ByteStream) -> None:
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            request += await stream.receive()
        await stream.send(accepted(request) + frames[0])
        for frame in frames[1:]:
            await anyio.sleep(0.01)
            await stream.send(frame)
        await over.wait()
        await stream.aclose()

    options = ConnectOptions(origin="http://panel.test", tls=ssl.create_default_context(), allow_plain=True)
    async with sockets, anyio.create_task_group() as group:
        group.start_soon(sockets.serve, serve)
        async with opened(options, f"http://127.0.0.1:{port}/ws", SystemClock()) as link:
            yield link
        over.set()
        group.cancel_scope.cancel()


async def test_a_link_hears_what_came_with_the_answer_and_what_comes_alone() -> None:
    heard: list[str] = []
    async with talking(b"\x81\x05first", b"\x81\x03two", b"\x81\x05th", b"ree", b"\x88\x02\x03\xe8") as link:
        link.listen(lambda text, now: heard.append(text))
        with anyio.fail_after(10):
            while link.closed_with is None:
                heard += await link.texts(float("inf"))

    assert heard == ["first", "two", "three"]
    assert link.closed_with == (1000, "")


async def test_a_bug_of_the_listener_ends_the_task_that_waits() -> None:
    def listener(*_: object) -> None:
        raise ZeroDivisionError

    async with talking(b"\x81\x05first", b"\x81\x03two") as link:
        assert await link.texts(float("inf")) == ["first"]
        link.listen(listener)
        with anyio.fail_after(10), pytest.raises(ZeroDivisionError):
            await link.texts(float("inf"))


async def test_a_link_that_is_closed_is_let_go_at_once() -> None:
    """The collector of cycles runs seldom here, and a node may have thousands of links come and go."""
    gc.disable()
    try:
        async with talking(b"\x81\x05first") as link:
            await link.texts(float("inf"))
            kept = weakref.ref(link)
        del link
        with anyio.fail_after(10):
            while kept() is not None:
                await anyio.lowlevel.checkpoint()
    finally:
        gc.enable()
