"""A chat service that answers anything costs few bytes and little time, and leaves no thread behind.

The time that it may take is asked of `allowance` here: a minute is too long for a test.
"""

from __future__ import annotations

import errno
import gzip
import os
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import apprise
import pytest
import requests
import trustme

from automaton.delivery.apprise import AppriseSender, quiet
from automaton.delivery.bounded_requests import (
    MESSAGE_WITHIN,
    MOST_OF_A_BODY,
    BoundedAdapter,
    MessageAllowance,
    _connected,
    allowance,
    network_trouble,
    seconds_left,
)
from automaton.errors import Unreachable
from automaton.secret import Secret
from tests.delivery.receiver import message

Behaviour = Callable[[socket.socket], None]
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(autouse=True)
def _installed() -> None:
    quiet()


@contextmanager
def serving(behave: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of a server; what it does with each connection, whose request it has read."""
    ended = threading.Event()

    def met(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.settimeout(20)
            wrapped = connection if tls is None else tls.wrap_socket(connection, server_side=True)
            with wrapped:
                behave(wrapped)

    def accept() -> None:
        while True:
            connection, _ = listening.accept()
            if ended.is_set():
                connection.close()
                return
            threads.append(threading.Thread(target=met, args=(connection,)))
            threads[-1].start()

    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = int(listening.getsockname()[1])
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield port
        finally:
            ended.set()
            socket.create_connection(("127.0.0.1", port)).close()
            accepting.join()
            for thread in threads:
                thread.join()


def says(*parts: bytes, again: bytes = b"", drips: bool = False) -> Behaviour:
    """Reads a request, says these, then `again` without an end, slowly where it `drips`."""

    def behave(connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65536)
        for part in parts:
            connection.sendall(part)
        while again:
            connection.sendall(again)
            if drips:
                time.sleep(0.01)

    return behave


def certified(folder: Path) -> tuple[ssl.SSLContext, str]:
    """For a server on this machine; and the file with the authority that vouches for it."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    return context, str(folder / "ca.pem")


@pytest.mark.parametrize(
    "behave",
    [
        says(OK + b"Content-Encoding: gzip, gzip\r\n\r\n" + gzip.compress(gzip.compress(b"0" * 10**6))),
        says(OK + b"Content-Encoding: br\r\n\r\n", again=b"x" * 65536),
        says(OK + b"\r\n", again=b"x" * 65536),
        says(CHUNKED, again=b"10000\r\n" + b"x" * 65536 + b"\r\n"),
        says(CHUNKED, again=b"1\r\nx\r\n" * 5000),
        says(CHUNKED, again=b"1;" + b"e" * 60_000 + b"\r\nx\r\n"),
        says(CHUNKED + b"0\r\n", again=b"a: b\r\n" * 9000),
        says(CHUNKED + b"ffffffffffffffffffffff\r\n", again=b"x" * 65536),
        says(OK + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n", again=b"x" * 65536),
        says(OK + b"Content-Length: 99\r\n\r\nx"),
        says(CHUNKED + b"zz\r\n"),
    ],
)
def test_a_body_that_is_not_taken_is_empty_and_the_status_stands(behave: Behaviour) -> None:
    with serving(behave) as port, allowance(20.0):
        answer = requests.post(f"http://127.0.0.1:{port}/", data=b"x", timeout=5)

    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    "behave",
    [
        says(again=b"HTTP/1.1 100 Continue\r\n\r\n" * 500),
        says(OK, again=b"x: y\r\n" * 5000),
        says(OK + b"x: ", again=b"y" * 65536),
        says(again=b"\0" * 65536),
        says(),
    ],
)
def test_an_answer_without_a_proper_head_is_none(behave: Behaviour) -> None:
    with serving(behave) as port, allowance(20.0), pytest.raises(requests.RequestException):
        requests.post(f"http://127.0.0.1:{port}/", data=b"x", timeout=5)


@pytest.mark.parametrize(
    "behave",
    [
        says(again=b"H", drips=True),
        says(OK + b"x: ", again=b"y", drips=True),
        says(again=b"HTTP/1.1 100 Continue\r\n\r\n", drips=True),
    ],
)
def test_a_head_that_drips_does_not_move_the_deadline(behave: Behaviour) -> None:
    with serving(behave) as port, allowance(0.3), pytest.raises(requests.RequestException):
        requests.post(f"http://127.0.0.1:{port}/", data=b"x", timeout=60)


@pytest.mark.parametrize("head", [OK + b"\r\n", OK + b"Content-Length: 9999\r\n\r\n", CHUNKED])
def test_a_body_that_drips_is_none_and_the_status_stands(head: bytes) -> None:
    with serving(says(head, again=b"1\r\nx\r\n", drips=True)) as port, allowance(0.3):
        answer = requests.post(f"http://127.0.0.1:{port}/", data=b"x", timeout=60)

    assert (answer.status_code, answer.content) == (200, b"")


def test_over_tls_the_same_is_counted(tmp_path: Path) -> None:
    context, trusted = certified(tmp_path)
    with serving(says(OK + b"\r\n", again=b"x" * 65536), context) as port, allowance(20.0):
        endless = requests.get(f"https://127.0.0.1:{port}/", timeout=5, verify=trusted)
    dripping = says(again=b"H", drips=True)
    with serving(dripping, context) as port, allowance(0.5), pytest.raises(requests.RequestException):
        requests.get(f"https://127.0.0.1:{port}/", timeout=60, verify=trusted)

    assert (endless.status_code, endless.content) == (200, b"")


def test_identity_is_asked_for_and_an_honest_answer_is_read_whole() -> None:
    heads: list[bytes] = []
    body = b"x" * MOST_OF_A_BODY

    def behave(connection: socket.socket) -> None:
        heads.append(connection.recv(65536))
        connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    with serving(behave) as port:
        answer = requests.get(f"http://127.0.0.1:{port}/", timeout=5, headers={"Accept-Encoding": "gzip"})

    assert answer.content == b"".join(answer.iter_content(1000)) == body
    assert b"Accept-Encoding: identity\r\n" in heads[0]


@pytest.mark.parametrize("encoding", [b"", b"Content-Encoding: Identity \r\n", b"Content-Encoding:\r\n"])
def test_a_body_of_the_bound_is_taken_and_a_byte_more_is_not(encoding: bytes) -> None:
    for length, taken in ((MOST_OF_A_BODY, MOST_OF_A_BODY), (MOST_OF_A_BODY + 1, 0)):
        head = OK + encoding + b"Content-Length: %d\r\n\r\n" % length
        with serving(says(head, b"x" * length)) as port:
            answer = requests.get(f"http://127.0.0.1:{port}/", timeout=5)

        assert (answer.status_code, len(answer.content)) == (200, taken)


def test_an_answer_that_was_asked_for_as_a_stream_is_the_same() -> None:
    head = OK + b"Content-Length: 3000\r\n\r\n"
    with serving(says(head, b"x" * 3000)) as port, requests.Session() as session:
        answer = session.get(f"http://127.0.0.1:{port}/", timeout=5, stream=True)

    assert [len(chunk) for chunk in answer.iter_content(1000)] == [1000, 1000, 1000]


def test_a_body_has_ten_seconds_of_the_messages_time() -> None:
    left: list[float] = []

    class Watched(BoundedAdapter):
        def build_response(self, request: requests.PreparedRequest, response: Any) -> requests.Response:
            read = response.read

            def reads(*how: Any, **more: Any) -> Any:
                left.append(seconds_left())
                return read(*how, **more)

            response.read = reads
            return super().build_response(request, response)

    with serving(says(OK + b"Content-Length: 1\r\n\r\nx")) as port, requests.Session() as session:
        session.mount("http://", Watched())
        answer = session.get(f"http://127.0.0.1:{port}/", timeout=5)

    assert answer.content == b"x"
    assert left
    assert all(5.0 < seconds <= 10.0 for seconds in left)


def test_an_adapter_keeps_its_settings() -> None:
    assert BoundedAdapter(pool_block=True).poolmanager.connection_pool_kw["block"] is True


def deaf(connection: socket.socket) -> None:
    """Takes what comes, slowly, and says nothing."""
    while connection.recv(65536):
        time.sleep(0.02)


@pytest.mark.parametrize(("timeout", "seconds"), [(0.2, 60.0), (60, 0.2), (None, 0.2)])
def test_a_service_that_says_nothing_is_waited_for_and_written_to_as_long_as_the_shorter_of_both(
    timeout: float | None, seconds: float
) -> None:
    with serving(deaf) as port:
        url = f"http://127.0.0.1:{port}/"
        with allowance(seconds), pytest.raises(requests.ReadTimeout):
            requests.post(url, data=b"x", timeout=timeout)
        with allowance(seconds), pytest.raises(requests.ConnectionError, match=r"timed out|had its time"):
            requests.post(url, data=b"x" * (1 << 24), timeout=timeout)


def test_a_connection_has_the_options_and_the_shorter_time_and_is_refused_where_nobody_listens() -> None:
    options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    with serving(deaf) as port:
        with allowance(50.0), _connected("127.0.0.1", port, 5, options) as short:
            assert short.gettimeout() == 5
            assert short.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        with allowance(4.0), _connected("127.0.0.1", port, 5, None) as long:
            assert 0 < (long.gettimeout() or 0) <= 4.0
        with _connected("127.0.0.1", port, None, None) as endless:
            assert endless.gettimeout() == MESSAGE_WITHIN

    with pytest.raises(ConnectionRefusedError):
        _connected("127.0.0.1", port, 5, options)
    with allowance(-1.0), pytest.raises(TimeoutError, match=r"^the message had its time$"):
        _connected("127.0.0.1", port, 5, None)
    with pytest.raises(OSError, match=r"^there is no such host$"):
        _connected("a" * 64, port, 5, None)


def test_through_a_proxy_the_same_is_counted() -> None:
    endless = says(again=b"HTTP/1.1 100 Continue\r\n\r\n" * 500)
    with serving(endless) as port, allowance(20.0), pytest.raises(requests.RequestException):
        requests.get("http://a.test/", timeout=5, proxies={"http": f"http://127.0.0.1:{port}"})


def test_no_other_host_is_asked_than_the_one_that_was_named(tmp_path: Path) -> None:
    tls, trusted = certified(tmp_path)
    with serving(deaf) as port, pytest.raises(requests.ConnectionError, match="refused"):
        requests.get(f"http://127.0.0.2:{port}/", timeout=5)
    with serving(deaf, tls) as port, pytest.raises(requests.ConnectionError, match="refused"):
        requests.get(f"https://127.0.0.2:{port}/", timeout=5, verify=trusted)


def test_over_tls_too_a_service_that_says_nothing_is_waited_for_no_longer_than_was_asked(
    tmp_path: Path,
) -> None:
    tls, trusted = certified(tmp_path)
    with serving(deaf, tls) as port, allowance(50.0), pytest.raises(requests.ReadTimeout):
        requests.get(f"https://127.0.0.1:{port}/", timeout=0.3, verify=trusted)
    with serving(deaf) as port, allowance(50.0), pytest.raises(requests.Timeout):
        requests.get(f"https://127.0.0.1:{port}/", timeout=0.3, verify=trusted)


def test_no_redirect_is_followed_even_where_a_service_asks_for_it_and_no_cookie_is_kept() -> None:
    session = requests.Session()
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://xn--a/\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"

    with serving(says(moved)) as port, session:
        answer = session.get(f"http://127.0.0.1:{port}/", timeout=5, allow_redirects=True)

    assert not answer.headers.keys() & {"Location", "Set-Cookie"}
    assert (answer.status_code, answer.history, list(session.cookies), list(answer.cookies)) == (
        302,
        [],
        [],
        [],
    )


def test_every_session_that_apprise_may_make_is_bounded() -> None:
    from apprise.utils.http import tracked_session

    assert apprise
    for session in (requests.Session(), tracked_session()):
        assert all(isinstance(adapter, BoundedAdapter) for adapter in session.adapters.values())
    for module in (requests.adapters, requests.sessions):  # where who makes one of its own looks for it
        assert vars(module)["HTTPAdapter"] is BoundedAdapter


@pytest.mark.anyio
@pytest.mark.parametrize(
    "behave",
    [
        lambda one: [one.sendall(b"220-hello\r\n" * 1000) for _ in range(10_000)],
        lambda one: [one.sendall(b"x" * 65536) for _ in range(10_000)],
    ],
)
async def test_a_mail_server_that_never_ends_its_greeting_is_not_listened_to(behave: Behaviour) -> None:
    with serving(behave) as port, pytest.raises(Unreachable):
        await AppriseSender().send(
            Secret(f"mailto://127.0.0.1:{port}?to=a@example.org&from=b@example.org"), message("x")
        )


def test_a_mail_server_that_drips_does_not_move_the_deadline() -> None:
    def drip(connection: socket.socket) -> None:
        while True:
            connection.sendall(b"220-a\r\n")
            time.sleep(0.01)

    with serving(drip) as port, allowance(0.3), pytest.raises((OSError, smtplib.SMTPException)):
        smtplib.SMTP("127.0.0.1", port, timeout=60)


def test_what_a_mail_server_says_at_once_is_heard_one_reply_after_another() -> None:
    def hasty(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n250-one\r\n250 two\r\n250 three\r\n")
        deaf(connection)

    with serving(hasty) as port, allowance(5.0) as left, smtplib.SMTP("127.0.0.1", port, timeout=60) as mail:
        before = left.bytes_left
        assert mail.docmd("NOOP") == (250, b"one\ntwo")
        assert mail.docmd("NOOP") == (250, b"three")
        assert left.bytes_left == before
        mail.close()


def test_of_two_blocks_the_sooner_end_counts() -> None:
    with allowance(1.0) as outer, allowance(50.0) as inner:
        assert inner.ends == outer.ends
        assert 0.0 < seconds_left() <= 1.0
    with allowance(50.0) as outer, allowance(1.0) as inner:
        assert inner.ends < outer.ends


def test_a_message_has_55_seconds_and_384_kib_where_nothing_else_is_said() -> None:
    assert seconds_left() == MESSAGE_WITHIN == 55.0
    with allowance() as whole:
        assert 54.0 < seconds_left() <= 55.0
        assert whole.bytes_left == 384 * 1024


def test_what_is_used_up_is_an_error_of_the_connection() -> None:
    spent = MessageAllowance(-1.0, 10)
    with pytest.raises(TimeoutError, match=r"^the message had its time$"):
        spent.seconds_left()
    spent.came(4)
    spent.came(6)
    with pytest.raises(OSError, match=r"^the answer is larger than it may be$"):
        spent.came(1)


def speaks_ssh(connection: socket.socket) -> None:
    """Whatever it is asked."""
    connection.recv(65536)
    connection.sendall(b"SSH-2.0-OpenSSH_9.9\r\n")


def troubled(url: str, seconds: float = 20.0) -> str:
    """Why a request was not sent, as the message's own block knows it after the request's."""
    with allowance(seconds):
        assert network_trouble() == ""
        with pytest.raises(requests.RequestException):
            requests.post(url, data=b"x", timeout=5)
        return network_trouble()


def test_why_a_connection_was_not_made_is_told_in_words_that_hold_nothing_of_the_address(
    tmp_path: Path,
) -> None:
    tls, _ = certified(tmp_path)
    with serving(deaf, tls) as port:
        assert troubled(f"https://127.0.0.1:{port}/") == "its certificate is not trusted"
    with serving(speaks_ssh) as port:
        assert troubled(f"https://127.0.0.1:{port}/") == "it does not speak TLS as it should"
    with serving(deaf) as port:
        assert troubled(f"https://127.0.0.1:{port}/", 0.3) == "no answer in time"

    assert troubled(f"http://127.0.0.1:{port}/") == os.strerror(errno.ECONNREFUSED)
    assert troubled(f"http://{'a' * 64}.test/") == "the connection failed"


def test_where_no_connection_failed_there_is_no_trouble_to_tell() -> None:
    with serving(says(OK + b"Content-Length: 0\r\n\r\n")) as port, allowance(20.0):
        requests.post(f"http://127.0.0.1:{port}/", data=b"x", timeout=5)
        within = network_trouble()

    assert (within, network_trouble()) == ("", "")
