"""How a socket is opened, and what may be wrong with the answer to that."""

from __future__ import annotations

import ssl

import httpcore
import pytest

from automaton.errors import Unreachable, Untrusted
from automaton.pace.clock import SteadyClock
from automaton.wings.link_opening import (
    OPENED_WITHIN,
    AddressUnusable,
    ConnectOptions,
    UpgradeRefused,
    opened,
)
from automaton.wings.websocket_parser import WebsocketBroken
from tests.wings.peer import URL, Peer, accepted, door_to, linked, refusing

pytestmark = pytest.mark.anyio


async def test_the_upgrade_sends_the_origin_and_no_credentials() -> None:
    peer = Peer()
    async with linked(peer):
        pass

    lines = peer.request.decode().split("\r\n")
    names = {line.partition(":")[0].lower() for line in lines[1:] if line}
    assert lines[0] == "GET /api/servers/a/ws HTTP/1.1"
    assert "Origin: http://panel.test" in lines
    assert not names & {"authorization", "cookie", "sec-websocket-protocol", "sec-websocket-extensions"}


@pytest.mark.parametrize("status", [200, 301, 400, 403, 404, 429, 502])
async def test_a_refused_upgrade_gives_its_status_headers_and_body(status: int) -> None:
    peer = Peer(refusing(status, b"because", b"Retry-After: 7", b"Location: http://evil.test/"))

    with pytest.raises(UpgradeRefused) as raised:
        async with linked(peer):
            pass

    assert raised.value.answer == status
    assert raised.value.headers["retry-after"] == "7"
    assert raised.value.body == "because"


async def test_only_the_first_four_kib_of_a_refusal_are_read() -> None:
    peer = Peer(refusing(502, b"x" * 1_000_000))

    with pytest.raises(UpgradeRefused) as raised:
        async with linked(peer):
            pass

    assert raised.value.body == "x" * 4096


async def test_a_wrong_accept_key_is_no_websocket() -> None:
    peer = Peer(accepted(b"GET / HTTP/1.1\r\n\r\n", key=b"dGhlIHNhbXBsZSBub25jZQ=="))

    with pytest.raises(WebsocketBroken):
        async with linked(peer):
            pass


async def test_a_node_that_answers_no_upgrade_is_given_up_after_half_a_minute() -> None:
    peer, clock = Peer(b""), SteadyClock(0.0)
    began = clock.now()

    with pytest.raises(Unreachable):
        async with linked(peer):
            pass

    assert clock.now() - began == pytest.approx(OPENED_WITHIN)


@pytest.mark.parametrize(
    "error",
    [httpcore.ConnectError("refused"), httpcore.ConnectTimeout("slow"), httpcore.ReadError("reset")],
)
async def test_a_node_that_cannot_be_reached_is_weather(error: Exception) -> None:
    with pytest.raises(Unreachable):
        async with opened(door_to(error), URL, SteadyClock(0.0)):
            pass


async def test_a_certificate_that_does_not_hold_is_told_apart() -> None:
    error = httpcore.ConnectError("certificate verify failed")
    error.__context__ = ssl.SSLCertVerificationError("self-signed certificate")

    with pytest.raises(Untrusted):
        async with opened(door_to(error), URL, SteadyClock(0.0)):
            pass


@pytest.mark.parametrize(
    "name", [b"Sec-WebSocket-Extensions: permessage-deflate", b"Sec-WebSocket-Protocol: x"]
)
async def test_what_was_not_offered_and_is_chosen_is_refused(name: bytes) -> None:
    class Choosing(Peer):
        def sends(self, data: bytes) -> None:
            super().sends(data.replace(b"\r\n\r\n", b"\r\n" + name + b"\r\n\r\n", 1))

    with pytest.raises(WebsocketBroken):
        async with linked(Choosing()):
            pass


@pytest.mark.parametrize("host", ["xn--a", "xn--", "a..b", "x" * 70, "xn--" + "9" * 60, "\N{SNOWMAN}.."])
async def test_an_address_that_names_nothing_is_unusable_or_unreachable(host: str) -> None:
    """`xn--a` passes as an address, and is refused only by what decodes it."""
    door = ConnectOptions(origin="http://panel.test", tls=ssl.create_default_context(), allow_plain=True)

    with pytest.raises((AddressUnusable, Unreachable)):
        async with opened(door, f"http://{host}/api", SteadyClock(0.0)):
            pass
