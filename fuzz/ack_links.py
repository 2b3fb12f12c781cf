"""What strangers send to the address of a link that acknowledges: a request, as bytes.

Only a link that we signed is one, only a POST acknowledges, and every other answer is the same page. Nothing
is a 500, and no page holds what stood in the address.
"""

from __future__ import annotations

from collections.abc import Iterator

from automaton.core.moment import Moment
from automaton.secret import Secret
from automaton.web.ack_page import HEADERS, LinkedIncident, LinkedIncidents, useless_page
from automaton.web.ack_token import AckToken, read_token, write_token
from automaton.web.acknowledge import AckPages
from automaton.web.hooks import HooksApi, NoSingleServer
from fuzz.asgi import ask

_KEY = Secret("k" * 64)
_NOW = 1_800_000_000.0
_NUMBERS = ([1], [1, 2, 3, 9], list(range(1, 500)), list(range(7, 10**9, 10**7)))
_LINKS = tuple(write_token(_KEY, "ops", _NOW, numbers) for numbers in _NUMBERS)
_MEANT = {read_token(_KEY, link, _NOW) for link in _LINKS}


class _Daemon:
    """Behind the pages; its clock stands still."""

    def __init__(self) -> None:
        self.taken: list[AckToken] = []

    def now(self) -> Moment:
        return Moment(0.0, _NOW)

    def tokens(self) -> dict[str, Secret]:
        return {}

    def find(self, text: str) -> NoSingleServer:
        return NoSingleServer.NONE

    async def hook_called(self, hook: str, server: str, fields: object) -> str:
        raise AssertionError("there is no hook")

    def linked(self, token: str) -> LinkedIncidents | None:
        read = read_token(_KEY, token, _NOW)
        if read is None:
            return None
        one = LinkedIncident(rule="down", server="<lobby>", severity="critical", open_for=1.0, is_acked=False)
        return LinkedIncidents(channel=read.channel, going=(one,), over=len(read.numbers) - 1)

    def acknowledge(self, token: str) -> LinkedIncidents | None:
        read = read_token(_KEY, token, _NOW)
        assert read is not None
        self.taken.append(read)
        return self.linked(token)


def check(data: bytes) -> None:
    """Sends one request to an application of its own."""
    daemon = _Daemon()
    answer = ask(HooksApi(daemon, daemon, AckPages(daemon, daemon).routes()).app, data)
    if answer is None:
        return
    assert answer.status < 500
    assert set(daemon.taken) <= _MEANT, "a link that we did not make"
    assert not daemon.taken or data.lstrip(b"\r\n").startswith(b"POST ")
    is_page = answer.headers.get(b"content-type", b"").startswith(b"text/html")
    if is_page:
        for name, value in HEADERS.items():
            assert answer.headers[name.lower().encode()] == value.encode()
        if answer.status != 200 and answer.body:
            assert answer.body.decode() == useless_page()
    assert not daemon.taken or (is_page and answer.status == 200)


def seeds() -> Iterator[bytes]:
    """Right links, and those that one letter makes wrong."""
    for link in _LINKS:
        for token in (link, link[:-1], link[1:], f"{link}=", link.swapcase(), f"{link}%00", f"{link}/"):
            for method in ("GET", "POST", "HEAD", "PUT"):
                yield f"{method} /ack/{token} HTTP/1.1\nHost: x\n\n".encode()
    yield b"POST /ack/ HTTP/1.1\nHost: x\n\n"
    yield b"POST /ack/%2e%2e/%2e%2e HTTP/1.1\nHost: x\n\n{}"
    yield b"GET /ack/" + b"A" * 5000 + b"?x=1 HTTP/1.1\nHost: x\n\n"
