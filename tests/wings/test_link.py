"""One socket, against a peer that says what it likes."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import anyio
import anyio.lowlevel
import pytest
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage

from automaton.errors import Unreachable
from automaton.pace.clock import SteadyClock
from automaton.wings.link import NO_PONG, WRITTEN_WITHIN, Link
from automaton.wings.link_opening import (
    ConnectOptions,
    opened,
)
from automaton.wings.turns import Turns
from automaton.wings.unfinished import ALL
from automaton.wings.websocket_parser import MAX_MESSAGE, WebsocketBroken
from tests.wings.peer import URL, Peer, door_to, linked

pytestmark = pytest.mark.anyio


async def heard(link: Link) -> list[str]:
    """All messages until the link is over."""
    texts: list[str] = []
    while link.closed_with is None:
        texts += await link.texts(inf)
    return texts


# Messages


async def test_messages_of_one_read_come_together_and_in_order() -> None:
    peer = Peer()
    async with linked(peer) as link:
        peer.says(TextMessage("one"), TextMessage("two"))
        peer.hangs_up()

        assert await heard(link) == ["one", "two"]
        assert link.closed_with == (None, "")


async def test_a_frame_that_came_with_the_101_is_heard() -> None:
    class Eager(Peer):
        def sends(self, data: bytes) -> None:
            super().sends(data + b"\x81\x05hello" if data.startswith(b"HTTP/1.1 101") else data)

    async with linked(Eager()) as link:
        assert await link.texts(inf) == ["hello"]


async def test_fragments_and_frames_in_pieces_are_gathered() -> None:
    peer = Peer()
    async with linked(peer) as link:
        peer.says(TextMessage("he", message_finished=False), TextMessage("llo"))
        for byte in b"\x81\x05world":
            peer.sends(bytes([byte]))
        peer.hangs_up()

        assert await heard(link) == ["hello", "world"]


@pytest.mark.parametrize("size", [1, 1024 * 1024])
async def test_a_message_up_to_one_mib_is_taken(size: int) -> None:
    peer = Peer()
    async with linked(peer) as link:
        peer.says(TextMessage("x" * size))
        peer.hangs_up()

        assert [len(text) for text in await heard(link)] == [size]


async def test_a_larger_one_breaks_the_link_before_it_is_whole() -> None:
    peer = Peer()
    async with linked(peer) as link:
        for _ in range(30):
            peer.says(TextMessage("x" * 65_536, message_finished=False))

        with pytest.raises(WebsocketBroken, match=str(MAX_MESSAGE)) as raised:
            await heard(link)

    assert raised.value.code == 1009


async def test_a_header_that_promises_exabytes_costs_nothing() -> None:
    peer = Peer()
    async with linked(peer) as link:
        peer.sends(b"\x81\x7f" + (2**62).to_bytes(8, "big") + b"x" * 2 * MAX_MESSAGE)

        with pytest.raises(WebsocketBroken):
            await heard(link)


@pytest.mark.parametrize("garbage", [b"\x83\x00", b"\x81\x80\x00\x00\x00\x00", b"\x81\x01\xff", b"\xff" * 10])
async def test_frames_that_break_the_protocol_end_the_link(garbage: bytes) -> None:
    peer = Peer()
    async with linked(peer) as link:
        peer.sends(garbage)

        assert await heard(link) == []
        assert link.closed_with is not None
        assert link.closed_with[0] in (1002, 1007)


async def test_binary_messages_and_unsolicited_pongs_are_passed_over() -> None:
    peer = Peer()
    async with linked(peer) as link:
        peer.says(Pong(b"nobody asked"), BytesMessage(b"\x00"), TextMessage("still here"))
        peer.hangs_up()

        assert await heard(link) == ["still here"]


async def test_a_close_frame_gives_its_code_and_reason_after_what_came_before() -> None:
    peer = Peer()
    async with linked(peer) as link:
        peer.says(TextMessage("last"), CloseConnection(4409, "server is suspended"))

        assert await heard(link) == ["last"]
        assert link.closed_with == (4409, "server is suspended")


async def test_leaving_says_goodbye_and_closes_the_stream() -> None:
    peer = Peer()
    async with linked(peer):
        pass

    assert [type(event) for event in peer.heard] == [CloseConnection]
    assert peer.closed


async def test_a_deadline_returns_without_a_message_and_loses_none() -> None:
    peer = Peer()
    async with linked(peer) as link:
        assert await link.texts(1.0) == []
        peer.says(TextMessage("late"))
        assert await link.texts(2.0) == ["late"]


async def test_after_a_wait_that_was_cancelled_the_listener_hears_nothing_and_the_next_wait_does() -> None:
    heard: list[str] = []
    async with linked(Peer()) as link:
        link.listen(lambda text, now: heard.append(text))
        with anyio.move_on_after(1.0):
            await link.texts(inf)
        link.came(b"\x81\x04late")

        assert (heard, await link.texts(inf)) == ([], ["late"])


async def test_another_task_can_bring_the_deadline_forward() -> None:
    peer, clock = Peer(), SteadyClock(0.0)
    async with linked(peer) as link, anyio.create_task_group() as group:

        async def wake() -> None:
            await anyio.sleep(3)
            link.wake(-inf)

        group.start_soon(wake)
        await link.texts(inf)

    assert clock.now().mono == pytest.approx(3)


# Signs of life


async def test_a_peers_ping_is_answered() -> None:
    peer = Peer()
    async with linked(peer) as link:
        peer.says(Ping(b"alive?"))
        await link.texts(inf)

        assert [type(event) for event in peer.heard] == [Pong]
        assert peer.heard[0].payload == b"alive?"  # type: ignore[attr-defined]


async def test_an_idle_link_pings_and_a_pong_keeps_it() -> None:
    peer = Peer()
    async with linked(peer) as link:
        with anyio.move_on_after(100):
            await heard(link)

        assert len([event for event in peer.heard if isinstance(event, Ping)]) == 4
        assert link.closed_with is None


async def test_a_half_open_connection_is_found_after_forty_seconds() -> None:
    peer, clock = Peer(pongs=False), SteadyClock(0.0)
    async with linked(peer) as link:
        assert await heard(link) == []
        assert link.closed_with == (None, NO_PONG)

    assert clock.now().mono == pytest.approx(40)


async def test_any_message_is_a_sign_of_life() -> None:
    peer = Peer(pongs=False)
    async with linked(peer) as link, anyio.create_task_group() as group:

        async def chat() -> None:
            for _ in range(10):
                await anyio.sleep(15)
                peer.says(TextMessage("stats"))
            peer.hangs_up()

        group.start_soon(chat)

        assert len(await heard(link)) == 10
        assert not [event for event in peer.heard if isinstance(event, Ping)]


async def test_a_peer_that_does_not_read_is_given_up() -> None:
    peer, clock = Peer(deaf=True), SteadyClock(0.0)
    with pytest.raises(Unreachable):
        async with linked(peer) as link:
            await link.send_text("hello")

    assert WRITTEN_WITHIN <= clock.now().mono < WRITTEN_WITHIN + 5


# More than any Wings sends


@pytest.mark.parametrize(
    "flood",
    [b"\x8a\x00", b"\x89\x00", b"\x00\x00", b"\x02\x00\x80\x00", b"\x81\x00"],
    ids=["pongs", "pings", "empty fragments", "binary fragments", "empty texts"],
)
async def test_a_flood_of_tiny_frames_is_closed_for_policy(flood: bytes) -> None:
    peer = Peer()

    async def flooded() -> None:
        async with linked(peer) as link:
            peer.sends(b"\x01\x00" if flood == b"\x00\x00" else b"")
            for _ in range(16):
                peer.sends(flood * (65536 // len(flood)))
            await heard(link)

    with pytest.raises(WebsocketBroken) as raised:
        await flooded()

    assert raised.value.code == 1008
    assert isinstance(peer.heard[-1], CloseConnection)
    assert peer.heard[-1].code == 1008
    assert not any(isinstance(event, Pong) for event in peer.heard), "it was answered"


async def test_a_read_of_many_frames_lets_others_have_their_turn() -> None:
    peer = Peer()
    turns: list[int] = []

    async def another() -> None:
        while True:
            turns.append(len(texts))
            await anyio.lowlevel.checkpoint()

    texts: list[str] = []
    async with linked(peer) as link, anyio.create_task_group() as group:
        peer.says(*[TextMessage("x")] * 2000)
        peer.hangs_up()
        group.start_soon(another)
        while link.closed_with is None:
            texts += await link.texts(inf)
        group.cancel_scope.cancel()

    assert len(texts) == 2000
    assert len(set(turns)) >= 4, "it had its turn only when all was read"


async def test_a_long_message_that_is_not_complete_is_refused_where_too_many_are() -> None:
    peer = Peer()
    door = door_to(peer)
    door.unfinished.change(0, ALL)

    with pytest.raises(WebsocketBroken) as raised:
        await half_a_message(peer, door)

    assert raised.value.code == 1009
    assert door.unfinished.total == ALL, "it gave its own back"


async def half_a_message(peer: Peer, door: ConnectOptions) -> None:
    async with opened(door, URL, SteadyClock(0.0)) as link:
        peer.sends(b"\x81\x7f" + (600_000).to_bytes(8, "big") + b"x" * 300_000)
        await heard(link)


class CountedTurns(Turns):
    """Turns that are told by their number."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = 0

    async def next(self) -> None:
        self.taken += 1
        await super().next()


async def test_who_says_little_never_waits_for_a_turn_and_many_small_reads_do() -> None:
    peer, turns, clock = Peer(), CountedTurns(), SteadyClock(0.0)
    async with opened(replace(door_to(peer), turns=turns), URL, clock) as link:
        for taken in (0, 0, 1, 1 + 1):
            peer.says(TextMessage("x" * 2000))
            assert await link.texts(inf) == ["x" * 2000]
            assert turns.taken == taken


async def test_a_message_that_comes_byte_by_byte_waits_for_turns_as_a_long_one_does() -> None:
    """A read costs its task a turn of the loop, however little came: bytes alone would allow 4096."""
    peer, turns = Peer(), CountedTurns()
    async with opened(replace(door_to(peer), turns=turns), URL, SteadyClock(0.0)) as link:
        for byte in b"\x81\x64" + b"x" * 99:
            peer.sends(bytes([byte]))
            assert await link.texts(inf) == []

    assert turns.taken == 101 - 32
