"""A connection's bytes, beyond what the numbered checks say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automaton.simulator.wings.tcp_connection import TcpConnection
from tests.simulator.caller import Caller
from tests.simulator.stage import KEY, PANEL, UUID, Stage

UPGRADE = (
    f"GET /api/servers/{UUID}/ws HTTP/1.1\r\nHost: node\r\nOrigin: {PANEL}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
).encode()
LIST = f"GET /api/servers HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer {KEY}\r\n\r\n".encode()


def test_an_upgrade_may_come_byte_by_byte() -> None:
    stage = Stage()
    connection = TcpConnection.open(stage.node, stage.schedule.now)
    assert connection is not None

    for byte in UPGRADE:
        connection.receive(bytes([byte]), stage.schedule.now)

    assert connection.take().startswith(b"HTTP/1.1 101 Switching Protocols\r\n")


def test_one_connection_serves_several_requests() -> None:
    stage = Stage()
    connection = TcpConnection.open(stage.node, stage.schedule.now)
    assert connection is not None

    connection.receive(LIST, stage.schedule.now)
    first = connection.take()
    connection.receive(LIST, stage.schedule.now)

    assert first.startswith(b"HTTP/1.1 200")
    assert connection.take().startswith(b"HTTP/1.1 200")
    assert not connection.closed


def test_what_is_no_http_is_answered_with_400_and_closed() -> None:
    stage = Stage()
    connection = TcpConnection.open(stage.node, stage.schedule.now)
    assert connection is not None

    connection.receive(b"\x16\x03\x01 hello\r\n\r\n", stage.schedule.now)

    assert connection.take().startswith(b"HTTP/1.1 400")
    assert connection.closed


def test_a_client_that_breaks_the_protocol_is_closed_with_1002() -> None:
    caller = Stage().listener()

    caller.connection.receive(b"\x81\x05hello", caller.node.schedule.now)  # a client's frame must be masked

    caller.heard()
    assert (caller.close and caller.close[0], caller.connection.closed) == (1002, True)


def test_a_client_that_hangs_up_is_forgotten() -> None:
    stage = Stage()
    caller = stage.listener()

    caller.connection.receive(b"", stage.schedule.now)

    assert (stage.node.connections, stage.server.sockets, stage.server.listeners) == (set(), set(), [])


def test_a_half_open_socket_is_forgotten_when_its_client_hangs_up() -> None:
    stage = Stage()
    caller = stage.listener()
    caller.connection.fall_silent()

    caller.connection.receive(b"", stage.schedule.now)

    assert stage.node.connections == set()


def test_what_was_not_sent_before_an_abort_is_lost() -> None:
    stage = Stage()
    caller = stage.caller()
    caller.connection.take()
    caller.ping(b"x")

    caller.connection.abort()

    assert (caller.connection.take(), caller.connection.closed, caller.connection.aborted) == (
        b"",
        True,
        True,
    )


def test_a_message_in_fragments_is_one_message() -> None:
    caller = Stage().listener()
    mask = b"\0\0\0\0"

    caller.connection.receive(b"\x01\x8b" + mask + b'{"event":"s', caller.node.schedule.now)
    caller.connection.receive(b"\x80\x8b" + mask + b'end stats"}', caller.node.schedule.now)

    assert caller.names() == ["stats"]


def test_fragments_are_counted_together_against_the_limit() -> None:
    caller = Stage().listener()
    mask, size = b"\0\0\0\0", (3000).to_bytes(2, "big")

    caller.connection.receive(b"\x01\xfe" + size + mask + b"x" * 3000, caller.node.schedule.now)
    caller.connection.receive(b"\x80\xfe" + size + mask + b"x" * 3000, caller.node.schedule.now)

    caller.heard()
    assert caller.close == (1009, "")


def test_two_events_that_arrive_together_are_each_answered() -> None:
    stage = Stage()
    caller: Caller = stage.listener()

    caller.say_text('{"event":"send stats"}', '{"event":"nope"}', '{"event":"send stats"}')

    assert caller.names() == ["stats", "stats"]


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_no_bytes_do_harm_before_the_upgrade(parts: list[bytes]) -> None:
    stage = Stage()
    connection = TcpConnection.open(stage.node, stage.schedule.now)
    assert connection is not None

    for part in parts:
        connection.receive(part, stage.schedule.now)
        connection.take()


@given(st.booleans(), st.lists(st.binary(max_size=200), max_size=5))
def test_no_bytes_do_harm_after_the_upgrade(deflate: bool, parts: list[bytes]) -> None:
    caller = Stage().caller(deflate=deflate)

    for part in parts:
        caller.connection.receive(part, caller.node.schedule.now)
        caller.connection.take()


@given(st.booleans(), st.integers(0, 15), st.binary(max_size=125))
def test_no_masked_frame_of_any_kind_does_harm(packed: bool, opcode: int, payload: bytes) -> None:
    caller = Stage().caller(deflate=packed)
    first = 0x80 | (0x40 if packed else 0) | opcode

    caller.connection.receive(
        bytes((first, 0x80 | len(payload))) + b"\0\0\0\0" + payload, caller.node.schedule.now
    )
    caller.connection.receive(b"\x81\x80\0\0\0\0", caller.node.schedule.now)
