"""What Panels and nodes answer over HTTP, and the tokens and addresses in it.

The first line says who is asked for what, and the status: `panel servers 200`; headers follow up to a blank
line, then the body. `token` is followed by a token's claims, `socket` by an address. An answer is a value
within bounds or one of our own errors, and the next question is asked all the same.
"""

from __future__ import annotations

import ssl
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from math import isfinite

import httpx
import trio
import trio.testing

from automaton.core.calls import FileChange, FileOperation, Signal
from automaton.core.events import Profile
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome
from automaton.errors import AutomatonError
from automaton.pace.clock import SteadyClock
from automaton.panel.client import PanelClient
from automaton.panel.endpoint import PanelEndpoint
from automaton.secret import Secret
from automaton.wings.node_client import NodeClient
from automaton.wings.node_config import NodeConfig
from automaton.wings.token import read_token
from automaton.wings.upgrade import socket_url
from fuzz.answer_seeds import answers

_TLS = ssl.create_default_context()
_KEY = Secret("ptlc_key")
_PANEL = PanelEndpoint("main", "https://panel.test", (_KEY,))
_NODE = NodeConfig("u", _KEY, "https://panel.test", "https://node.test:8080")
_NOON = Moment(1000.0, 1_800_000_000.0)
_UUID = "aaaaaaaa-0000-4000-8000-00000000000a"
_LONGEST_TEXT = 4096  # characters of any text that is kept of an answer
_LATEST = 86_400.0  # virtual seconds after which the next question has surely been asked
_LARGEST = 2**63

Client = PanelClient | NodeClient
_ASKED: dict[str, Callable[[Client], Awaitable[object]]] = {
    "servers": lambda client: client.servers(),
    "server": lambda client: client.server(_UUID),
    "permissions": lambda client: client.permissions(_UUID),
    "websocket": lambda client: client.websocket(_UUID),
    "power": lambda client: client.power(_UUID, Signal.RESTART),
    "command": lambda client: client.command(_UUID, "say x"),
    "backup": lambda client: client.backup(_UUID, "b"),
    "rotate": lambda client: client.rotate_backups(_UUID, (_UUID,), 1),
    "files": lambda client: client.change_files(_UUID, FileChange(FileOperation.DELETE, ("world*",))),
}


def check(data: bytes) -> None:
    """Asks a client that is answered so."""
    head, _, rest = data.partition(b"\n")
    match head.decode("latin-1").split():
        case ["token"]:
            _check_token(".".join(map(_in_base64, (b'{"alg":"HS256"}', rest, b"x"))))
        case ["socket"]:
            _check_address(rest.decode(errors="replace"))
        case [who, what, status, *_] if what in _ASKED and status.isascii() and status.isdigit():
            trio.run(
                _ask, who, what, int(status[:3]), rest, clock=trio.testing.MockClock(autojump_threshold=0)
            )


def seeds() -> Iterator[bytes]:
    """Right answers to every question, errors, headers that pace, tokens and addresses."""
    yield from answers()


class _Body(httpx.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body


async def _ask(who: str, what: str, status: int, rest: bytes) -> None:
    lines, _, body = rest.partition(b"\n\n")
    pairs = [
        (name, value) for name, sep, value in (line.partition(b":") for line in lines.split(b"\n")) if sep
    ]

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers=pairs, stream=_Body(body))

    transport, clock = httpx.MockTransport(answer), SteadyClock(_NOON.wall)
    client: Client = (
        NodeClient("edge", _NODE, clock=clock, tls=_TLS, transport=transport)
        if who == "node"
        else PanelClient(_PANEL, _KEY, clock=clock, tls=_TLS, transport=transport)
    )
    for question in (what, "power", what):
        with trio.fail_after(_LATEST):
            try:
                _check_answer(await _ASKED[question](client))
            except AutomatonError as error:
                assert len(str(error)) <= _LONGEST_TEXT
    await client.aclose()


def _check_answer(answer: object) -> None:
    match answer:
        case Outcome(detail=detail, ref=ref):
            assert len(detail) <= _LONGEST_TEXT
            assert len(ref) <= _LONGEST_TEXT
        case Profile():
            _check_profile(answer)
        case list():
            for one in answer:
                _check_profile(one)
        case frozenset():
            pass
        case _:
            grant: object = answer
            token, socket = getattr(grant, "token", None), getattr(grant, "socket", None)
            assert isinstance(token, Secret)
            assert isinstance(socket, str)
            _check_token(token.reveal())
            _check_address(socket)


def _check_profile(profile: Profile) -> None:
    for text in (profile.id, profile.name, profile.node, profile.egg, profile.image, profile.startup):
        assert text.isprintable()
        assert len(text) <= _LONGEST_TEXT
    assert profile.disk_limit is None or 0 <= profile.disk_limit < _LARGEST


def _check_token(jwt: str) -> None:
    token = read_token(Secret(jwt), "wss://node.test/ws", _NOON)
    assert isfinite(token.life)
    assert isfinite(token.left(_NOON + 10.0))
    token.allows("control.console")


def _check_address(address: str) -> None:
    try:
        url = socket_url(address, allow_plain=True)
    except ValueError as error:
        assert str(error)
    else:
        assert httpx.URL(url).host


def _in_base64(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()
