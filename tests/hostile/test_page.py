"""Whoever reaches the page's port without a login sees nothing and keeps nobody out, and the engine never notices."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from automaton.password_hash import hash_password
from tests.acceptance.processes import eventually
from tests.browser.page_site import paged
from tests.hostile.world import World, free_port, world

pytestmark = pytest.mark.xdist_group("hostile-page")

PASSWORD = "correct horse"
RULES = r"""
rules:
  - id: answers
    when: {console: '^ask (?P<n>\d+)$'}
    do: [{send: "say answer ${it.n}"}]
"""
LOGIN = b"POST /login HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
SLOW = {
    "that say nothing": b"",
    "with half a head": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "with a login and no form": LOGIN + FORM + b"Content-Length: 99\r\n\r\nname=",
    "that ask on and on and read no answer": b"GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n" * 500,
}
MANY = 600


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[World]:
    settings = f"""\
listen: {{http: '127.0.0.1:{port}'}}
web: {{users: {{anna: {{password: {{file: hash}}, role: operator}}, vic: {{password: {{file: hash}}}}}}}}
"""
    with world(tmp_path_factory.mktemp("page"), RULES, fresh=20, settings=settings) as made:
        made.secret("hash", hash_password(PASSWORD, cost=2**10))
        with made.running() as daemon:
            daemon.tells("page.feed ")
            yield made


@pytest.fixture(scope="module")
def viewer(site: World, port: int) -> Iterator[httpx.Client]:
    """One who is signed in."""
    base = f"http://localhost:{port}"
    with httpx.Client(base_url=base, timeout=20) as client:
        client.post("/login", data={"name": "vic", "password": PASSWORD}, headers={"origin": base})
        assert client.get("/").status_code == 200
        yield client


def page_of(daemon: int) -> int:
    """The page that runs now beside a daemon, 0 for none."""
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == daemon and b"automaton.daemon.page" in (path / "cmdline").read_bytes():
                return int(path.name)
    return 0


def is_answered(viewer: httpx.Client) -> bool:
    """Whether somebody answers at the port."""
    try:
        return viewer.get("/login").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("kind", SLOW)
def test_six_hundred_slow_connections_keep_no_viewer_out(
    site: World, viewer: httpx.Client, port: int, kind: str
) -> None:
    with ExitStack() as stack:
        for _ in range(MANY):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            with suppress(OSError):  # it may have had to make way already
                one.sendall(SLOW[kind])
        with suppress(httpx.TransportError):
            viewer.get("/")  # over a connection that lay idle, and may have had to make way as well
        statuses = [viewer.get("/").status_code for _ in range(5)]

    assert statuses == [200] * 5


@pytest.mark.parametrize(
    ("attack", "status"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000, b"400"),
        (b"GET /" + b"x" * 100_000, b"400"),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000, b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 100, b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", b"400"),
        (LOGIN + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nname=x", b"400"),
        (LOGIN + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", b"400"),
        (LOGIN + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", b"400"),
        (b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", b"401"),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"421"),
        (b"GET /live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", b"401"),
    ],
    ids=[
        "a header of 100 KB", "an address of 100 KB", "20,000 headers", "another protocol", "no host",
        "two hosts", "a space in a header", "two lengths", "a coding of a coding", "a chunk that is none",
        "another site's address", "another site's name", "an upgrade",
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused_and_the_next_is_answered(
    site: World, viewer: httpx.Client, port: int, attack: bytes, status: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as stranger:
        with suppress(OSError):
            stranger.sendall(attack)
        with suppress(ConnectionResetError):  # refused before all of it was read
            assert stranger.recv(1000).split(b" ")[1] == status

    assert viewer.get("/").status_code == 200


def test_a_request_within_another_is_a_form_and_no_request(
    site: World, viewer: httpx.Client, port: int
) -> None:
    """What a proxy and we might take for the end of a request differs: h11 reads by one of both, or refuses."""
    inner = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    outer = LOGIN + FORM + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    answered = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as one:
        one.sendall(outer % 5 + b"0\r\n\r\n" + inner)
        with suppress(ConnectionResetError):
            while data := one.recv(65_536):
                answered += data

    assert answered.count(b"HTTP/1.1 ") <= 1
    assert viewer.get("/").status_code == 200


def test_a_thousand_wrong_passwords_keep_a_signed_in_person_out_at_no_time(
    site: World, viewer: httpx.Client, port: int
) -> None:
    base = f"http://localhost:{port}"
    with httpx.Client(base_url=base, timeout=20) as stranger:
        guessed = [
            stranger.post(
                "/login", data={"name": "anna", "password": str(n)}, headers={"origin": base}
            ).status_code
            for n in range(100)
        ]

    assert set(guessed) == {403, 429}
    assert guessed.count(403) <= 10
    assert viewer.get("/").status_code == 200


def test_a_page_that_is_killed_is_there_again_and_the_engine_did_not_notice(
    site: World, viewer: httpx.Client
) -> None:
    first, server = page_of(site.daemon.pid), site.fresh()
    os.kill(first, signal.SIGKILL)
    site.served(server)
    site.daemon.tells("page.ended")
    eventually(lambda: page_of(site.daemon.pid) not in {0, first} and is_answered(viewer), site.daemon.output)

    assert viewer.get("/", headers={"accept": "*/*"}).status_code == 401  # sessions are the page's, and gone


def test_a_daemon_that_is_killed_leaves_no_page(tmp_path: Path) -> None:
    with paged(tmp_path, servers=1) as other:
        page = page_of(other.daemon.pid)
        os.kill(other.daemon.pid, signal.SIGKILL)

        eventually(lambda: not Path(f"/proc/{page}").exists(), lambda: f"{page} is still there")
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{other.url}/login")
