"""What a chat service may cost: bytes and seconds of what Apprise reads by `requests` and `smtplib`.

Apprise knows a timeout for each read alone and keeps whatever comes, in a thread that nobody can end. So the
sockets below it count: each read gets what is left of the message's time, and past its bytes there is an
error that ends the thread. A service that Apprise reaches in another way, as IRC or MQTT, is bounded by
neither; SECURITY.md says so. Imported only with Apprise, for it loads `requests`.
"""

from __future__ import annotations

import http.client
import io
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from automaton.pace.clock import SystemClock

MOST_OF_A_BODY = 256 * 1024  # bytes; services answer a few hundred, a long list of rooms some ten thousand
_HEAD = 128 * 1024  # bytes of heads and framing on top
BODY_WITHIN = 10.0  # seconds: a status that came says most, and a second try would be a second message
MESSAGE_WITHIN = 55.0
"""Seconds; the worker gives a message up after 60, and its thread shall have ended by then."""
_TRIED_ADDRESSES = 4  # of one host, each for its own timeout

_BROKEN = (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError)


class MessageAllowance:
    """What is left for one message, or for one request of it."""

    __slots__ = ("_clock", "bytes_left", "ends", "trouble")

    def __init__(self, seconds: float, most: int) -> None:
        self._clock = SystemClock()
        self.ends = self._clock.now().mono + seconds
        self.bytes_left = most
        self.trouble = ""

    def seconds_left(self) -> float:
        """Raises TimeoutError where none are left."""
        left = self.ends - self._clock.now().mono
        if left <= 0:
            raise TimeoutError("the message had its time")
        return left

    def came(self, count: int) -> None:
        """Counts bytes. Raises OSError beyond the bound, which every reader takes for a broken connection."""
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise OSError("the answer is larger than it may be")


_ALLOWED: ContextVar[MessageAllowance | None] = ContextVar("allowed", default=None)


@contextmanager
def allowance(
    seconds: float = MESSAGE_WITHIN, most: int = MOST_OF_A_BODY + _HEAD
) -> Iterator[MessageAllowance]:
    """All that is read in this block, in this thread, has so many seconds and bytes; never more time than
    a block around it."""
    outer = _ALLOWED.get()
    made = MessageAllowance(seconds, most)
    if outer is not None:
        made.ends = min(made.ends, outer.ends)
    token = _ALLOWED.set(made)
    try:
        yield made
    finally:
        _ALLOWED.reset(token)
        if outer is not None and made.trouble:
            outer.trouble = made.trouble


def seconds_left() -> float:
    """What is left of the message's time. Raises TimeoutError where none is."""
    allowed = _ALLOWED.get()
    return MESSAGE_WITHIN if allowed is None else allowed.seconds_left()


def network_trouble() -> str:
    """Why the last connection of the message was not made, empty where it was; no part of a URL is in it."""
    return "" if (allowed := _ALLOWED.get()) is None else allowed.trouble


@contextmanager
def _noted() -> Iterator[None]:
    """What keeps a connection from being made is kept: Apprise swallows it."""
    try:
        yield
    except (OSError, urllib3.exceptions.HTTPError) as problem:
        if (allowed := _ALLOWED.get()) is not None:
            allowed.trouble = _reason(problem)
        raise


def _reason(problem: Exception) -> str:
    match problem:
        case ssl.SSLCertVerificationError():
            return "its certificate is not trusted"  # the library's own words may hold the host's name
        case ssl.SSLError():
            return "it does not speak TLS as it should"
        case TimeoutError():
            return "no answer in time"
        case OSError(strerror=str(words)):
            return words
    return "the connection failed"


def install() -> None:
    """Has every session of `requests` and every connection of `smtplib` made from now on be bounded.

    Apprise alone uses both. It has no setting for either: these two names are where it gets them from.
    """
    # In both modules: `sessions` has the name since it was imported, and others come to `adapters` for it.
    requests.adapters.HTTPAdapter = BoundedAdapter  # type: ignore[misc]
    requests.sessions.HTTPAdapter = BoundedAdapter  # type: ignore[attr-defined]
    smtplib.SMTP.getreply = _bounded_reply  # type: ignore[assignment, method-assign]


class _Reader(io.RawIOBase):
    """Reads a socket, each time with what is left."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._patience = sock.gettimeout()
        # Python's own, which keeps the socket open as long as something is to be read.
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        allowed = _ALLOWED.get()
        if allowed is not None:
            left = allowed.seconds_left()
            with suppress(OSError):  # it was closed, which the read tells
                self._socket.settimeout(left if self._patience is None else min(left, self._patience))
        count = self._raw.readinto(buffer) or 0
        if allowed is not None:
            allowed.came(count)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Socket:
    """A socket whose readers count. All else it does as the one inside does it."""

    def __init__(self, sock: socket.socket) -> None:
        self._inside = sock

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        """A file that is read."""
        return io.BufferedReader(_Reader(self._inside))

    def sendall(self, data: Any) -> None:
        """Writes all, within what is left of the time."""
        self._inside.settimeout(min(seconds_left(), self._inside.gettimeout() or MESSAGE_WITHIN))
        self._inside.sendall(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inside, name)


def _counted(sock: Any) -> Any:
    return _Socket(sock)  # a socket to those who use it; none of its types says so


def _connected(host: str, port: int, timeout: Any, options: Any) -> socket.socket:
    """A connection to the first address that answers. Raises OSError."""
    problem = OSError("the host has no address")
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as none:
        raise OSError("there is no such host") from none
    for family, kind, protocol, _, address in addresses[:_TRIED_ADDRESSES]:
        made = socket.socket(family, kind, protocol)
        try:
            for option in options or ():
                made.setsockopt(*option)
            left = seconds_left()
            made.settimeout(min(left, timeout) if isinstance(timeout, int | float) else left)
            made.connect(address)
        except OSError as failed:
            made.close()
            problem = failed
        else:
            return made
    raise problem


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connected(self._dns_host, self.port or self.default_port, self.timeout, self.socket_options)

    def connect(self) -> None:
        with _noted():
            super().connect()
        self.sock = _counted(self.sock)


class _Secure(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        # The handshake, too, has this socket's timeout for the whole of it.
        return _connected(self._dns_host, self.port or self.default_port, self.timeout, self.socket_options)

    def connect(self) -> None:
        with _noted():
            super().connect()
        self.sock = _counted(self.sock)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


_POOLS = {"http": _PlainPool, "https": _SecurePool}


class BoundedAdapter(HTTPAdapter):
    """What carries the requests of a session: bodies as they are, whole or not at all; no redirects."""

    def init_poolmanager(self, *arguments: Any, **settings: Any) -> None:
        """Makes its connections those that count."""
        super().init_poolmanager(*arguments, **settings)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **settings: Any) -> Any:
        """As well those through a proxy, which the environment may name."""
        manager = super().proxy_manager_for(proxy, **settings)
        if not proxy.lower().startswith("socks"):  # which has connections of its own
            manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(self, request: requests.PreparedRequest, *arguments: Any, **settings: Any) -> requests.Response:
        """The answer with its body; where that is encoded, too large or endless, its status alone."""
        request.headers["Accept-Encoding"] = "identity"
        with allowance():
            answer = super().send(request, *arguments, **{**settings, "stream": True})
            with allowance(BODY_WITHIN, MOST_OF_A_BODY + _HEAD):
                body = _body_of(answer)
        # As `requests` itself keeps a body that was read: there is no other way to give it one.
        vars(answer).update(_content=body, _content_consumed=True)
        return answer

    def build_response(self, request: requests.PreparedRequest, response: Any) -> requests.Response:
        """An answer without cookies, and without where it redirects: `requests` parses both."""
        message = getattr(getattr(response, "_original_response", None), "msg", None)
        for headers in (response.headers, message):
            for name in ("Location", "Set-Cookie"):
                if headers is not None and name in headers:
                    del headers[name]
        return super().build_response(request, response)


def _body_of(answer: requests.Response) -> bytes:
    body = bytearray()
    try:
        if answer.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
            return b""
        while chunk := answer.raw.read(16384, decode_content=False):
            body += chunk
            if len(body) > MOST_OF_A_BODY:
                return b""
    except _BROKEN:
        return b""
    finally:
        with suppress(*_BROKEN):
            answer.raw.close()
    return bytes(body)


_reply: Callable[[smtplib.SMTP], tuple[int, bytes]] = smtplib.SMTP.getreply


def _bounded_reply(mail: smtplib.SMTP) -> tuple[int, bytes]:
    """A reply of a mail server: it may have any number of lines, all of which are kept."""
    if mail.file is None and mail.sock is not None:  # at first, and again when TLS has begun
        mail.file = io.BufferedReader(_Reader(mail.sock))
    return _reply(mail)
