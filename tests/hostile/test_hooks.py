"""Whoever reaches the port for hooks without a token can neither set off a rule nor keep out who has one."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import httpx
import pytest

from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-hooks")

TOKEN = "0123456789abcdef0123456789abcdef"
RULES = """\
rules:
  - id: deploy
    when: {hook: deploy}
    by: [it.n]
    do: [{send: "say hook ${it.n}"}]
  - id: circle
    when: {hook: circle}
    do: [{send: "say round"}, {http: again, json: {server: "${name}", n: 1}}]
"""
UNREAD = b"POST /hooks/deploy HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
SLOW = {
    "that say nothing": b"",
    "with half a head": b"POST /hooks/deploy HTTP/1.1\r\nHost: a\r\nX-Slow: ",
    "with a wrong token and no body": (
        b"POST /hooks/deploy HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer no\r\nContent-Length: 9\r\n\r\n"
    ),
    "that call on and on and read no answer": UNREAD * 500,
}
MANY = 600


@pytest.fixture(scope="module")
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[World]:
    settings = f"""\
listen: {{http: '127.0.0.1:{port}'}}
hooks: {{deploy: {{token: {{file: token}}}}, circle: {{token: {{file: token}}}}}}
http: {{again: {{url: "http://127.0.0.1:{port}/hooks/circle", headers: {{Authorization: {{file: bearer}}}}}}}}
"""
    with world(tmp_path_factory.mktemp("hooks"), RULES, settings=settings) as made:
        made.secret("token", TOKEN)
        made.secret("bearer", f"Bearer {TOKEN}")
        with made.running():
            yield made


@contextmanager
def strangers(port: int, sends: bytes, number: int = MANY) -> Iterator[list[socket.socket]]:
    """So many connections that stay open."""
    with ExitStack() as stack:
        made = []
        for _ in range(number):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            with suppress(OSError):  # it may have had to make way already
                one.sendall(sends)
            made.append(one)
        yield made


def call(port: int, n: int, token: str = TOKEN, **more: object) -> httpx.Response:
    return httpx.post(
        f"http://127.0.0.1:{port}/hooks/deploy",
        json={"server": "lobby", "n": n, **more},
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )


@pytest.mark.parametrize("kind", SLOW)
def test_six_hundred_slow_connections_keep_no_right_call_out(site: World, port: int, kind: str) -> None:
    with strangers(port, SLOW[kind]):
        answers = [call(port, number).status_code for number in range(5)]

    assert answers == [202] * 5


def test_a_thousand_wrong_tokens_lock_the_right_one_out_at_no_time(site: World, port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        guessed = {
            client.post("/hooks/deploy", headers={"Authorization": f"Bearer {number}"}).status_code
            for number in range(1_000)
        }

    assert guessed <= {401, 429}
    assert call(port, 1000).status_code == 202


def test_a_header_that_names_other_addresses_gives_no_more_guesses(site: World, port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        guessed = [
            client.post(
                "/hooks/deploy",
                headers={
                    "Authorization": "Bearer no",
                    "X-Forwarded-For": f"192.0.2.{number}",
                    "Forwarded": f"for=192.0.2.{number}",
                },
            ).status_code
            for number in range(30)
        ]

    assert guessed[-1] == 429


@pytest.mark.parametrize(
    ("attack", "status"),
    [
        (b"POST /hooks/deploy HTTP/1.1\r\nX: " + b"x" * 100_000, b"400"),
        (b"POST /" + b"x" * 100_000, b"400"),
        (b"POST /hooks/deploy HTTP/1.1\r\n" + b"X: y\r\n" * 20_000, b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 100, b"400"),
        (
            b"GET /hooks/deploy HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
            b"405",
        ),
    ],
    ids=["a header of 100 KB", "an address of 100 KB", "20,000 headers", "another protocol", "an upgrade"],
)
def test_what_is_no_call_is_refused_and_the_next_call_is_taken(
    site: World, port: int, attack: bytes, status: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as stranger:
        with suppress(OSError):
            stranger.sendall(attack)
        with suppress(ConnectionResetError):  # refused before all of it was read
            assert stranger.recv(1000).split(b" ")[1] == status

    assert call(port, 2000).status_code == 202


def test_a_body_of_a_megabyte_is_refused_unread(site: World, port: int) -> None:
    assert call(port, 3000, text="x" * 1_000_000).status_code == 413


def test_a_rule_that_calls_its_own_hook_does_not_go_round(site: World, port: int) -> None:
    answer = httpx.post(
        f"http://127.0.0.1:{port}/hooks/circle",
        json={"server": "lobby"},
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    site.daemon.tells("call.ended", "rule=circle", "action=http")
    site.daemon.tells("rule.cleared", "rule=circle")
    site.served(site["lobby"])

    assert answer.status_code == 202
    assert site["lobby"].commands.count("say round") == 1  # its own run was still going


def test_of_many_calls_on_one_connection_the_first_is_answered_and_no_other(site: World, port: int) -> None:
    answered = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as one:
        one.sendall(UNREAD * 2)
        with suppress(ConnectionResetError):  # what was not read is told so by the system
            while data := one.recv(65_536):
                answered += data

    assert answered.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in answered.lower()
