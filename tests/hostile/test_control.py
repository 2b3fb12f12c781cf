"""Whoever may open the control socket may ask; nobody makes it fall over, and nobody else may open it."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-control")

RULES = "rules: [{id: quiet, when: {console: '^never$'}, do: [{send: list}]}]\n"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("control"), RULES) as made, made.running():
        yield made


def connected(here: World) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    made.settimeout(20)
    made.connect(str(here.folder / "state" / "control.sock"))
    return made


def answered(here: World, data: bytes) -> bytes:
    """What came back before the connection ended, or nothing more came."""
    with connected(here) as client:
        with suppress(OSError):
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
        got = b""
        with suppress(OSError):
            while chunk := client.recv(65536):
                got += chunk
    return got


def goes_on(here: World) -> None:
    assert here.ask("GET", "/v1/status")["rules"] == 2
    here.served(here["lobby"])


RAW = {
    "nothing": b"",
    "blanks": b"\r\n" * 10_000,
    "no HTTP": b"\x16\x03\x01\x02\x00" + b"\0" * 500,
    "a line of 1 MB": b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n\r\n",
    "a header of 1 MB": b"GET /v1/status HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
    "10,000 headers": b"GET /v1/status HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
    "a body of 10 MB": b"POST /v1/silences HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n" + b"x" * 10_000_000,
    "a length that lies": b"POST /v1/silences HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{}",
    "a negative length": b"POST /v1/silences HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}",
    "a length and chunks": b"POST /v1/silences HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks of a wrong size": b"POST /v1/silences HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
    "an upgrade": b"GET /v1/status HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "another method": b"BREW /v1/status HTTP/1.1\r\nHost: x\r\n\r\n",
    "a NUL": b"GET /v1/\0status HTTP/1.1\r\nHost: x\r\n\r\n",
    "10,000 requests in a row": b"GET /v1/silences HTTP/1.1\r\nHost: x\r\n\r\n" * 1_000,
}  # fmt: skip


@pytest.mark.parametrize("data", RAW.values(), ids=RAW.keys())
def test_bytes_that_are_no_request_get_no_success_and_the_next_client_is_served(
    here: World, data: bytes
) -> None:
    answer = answered(here, data)

    assert b"Traceback" not in answer
    assert b" 500 " not in answer.split(b"\r\n")[0]
    goes_on(here)


PATHS = [
    "/", "/v1", "/v1/", "/v2/status", "/v1/status/", "//v1//status", "/v1/../v1/status", "/v1/%2e%2e/etc/passwd",
    "/v1/servers/..%2f..%2fetc%2fpasswd/console", "/v1/servers/%00/command", "/v1/servers/" + "a" * 5_000 + "/command",
    "/v1/rules/%1b%5b31m/explain?key=x", "/v1/rules/quiet/explain?key=" + "k" * 20_000, "/v1/rules/" + "x" * 20_000 + "/explain",
    "/v1/rules/quiet/explain", "/v1/rules/quiet/explain?key=%ff%fe", "/v1/rules/quiet/explain?key=lobby&key=other",
    "/v1/silences/%0a/end", "/v1/recording?x=1", "/v1/%s%n", "/v1/{0.__class__}", "/docs", "/openapi.json", "/metrics",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_path_that_there_is_not_is_refused_as_a_sentence_and_reads_no_file(
    here: World, method: str, path: str
) -> None:
    with here.control() as control, suppress(TimeoutError), control.stream(method, path) as answer:
        assert answer.status_code < 500
        assert b"root:" not in next(answer.iter_raw(), b"")
    goes_on(here)


BODIES = {
    "empty": b"",
    "no JSON": b"{",
    "nested deep": b"[" * 16_000,
    "another shape": b"[]",
    "null": b"null",
    "numbers for texts": b'{"rules":[1],"servers":[2],"seconds":"x"}',
    "infinite seconds": b'{"rules":["*"],"servers":["*"],"seconds":1e999}',
    "NaN seconds": b'{"rules":["*"],"servers":["*"],"seconds":NaN}',
    "negative seconds": b'{"rules":["*"],"servers":["*"],"seconds":-5}',
    "seconds of 400 digits": b'{"rules":["*"],"servers":["*"],"seconds":' + b"9" * 400 + b"}",
    "1,000 globs": json.dumps({"rules": ["*" * 50] * 1_000, "servers": ["*"], "seconds": 5}).encode(),
    "a surrogate": b'{"rules":["\\ud800"],"servers":["*"],"seconds":5}',
    "no UTF-8": b'{"rules":["\xff"],"servers":["*"],"seconds":5}',
    "duplicate keys": b'{"rules":[],"rules":["*"],"servers":[],"seconds":-1}',
    "100 KB": b'{"rules":["' + b"x" * 100_000 + b'"],"servers":["*"],"seconds":5}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("path", ["/v1/silences", "/v1/servers/lobby/command", "/v1/servers/lobby/power"])
def test_a_body_of_another_shape_is_refused_as_a_sentence(here: World, path: str, body: bytes) -> None:
    commands, powers = list(here["lobby"].commands), list(here["lobby"].powers)
    with here.control() as control:
        answer = control.post(path, content=body)

    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["problem"].replace("\n", "").isprintable()
    assert here["lobby"].powers == powers
    assert here["lobby"].commands == commands


@pytest.mark.parametrize(
    "glob", ["*" * 100, "*a" * 60 + "b", "[" * 100, "?" * 200, "(a+)+$", "\\" * 99], ids=ascii
)
def test_a_silence_of_a_glob_that_backtracks_costs_no_time(here: World, glob: str) -> None:
    body = {
        "rules": ["nobody" + glob],
        "servers": ["nobody" + glob],
        "seconds": 2.0,
        "note": "\x1b[31m\n<2>fake",
    }
    with here.control() as control:
        answer = control.post("/v1/silences", json=body)

    assert answer.status_code < 500, answer.text
    goes_on(here)


@pytest.mark.parametrize(
    "command",
    ["say a\nop Eve", "say \x1b[31m", "", " ", "say \u2028x", "say " + "x" * 5_000, "say \ud83d"],
    ids=ascii,
)
def test_a_command_by_hand_is_one_line_too(here: World, command: str) -> None:
    typed = list(here["lobby"].commands)
    body = json.dumps({"command": command})
    with here.control() as control:
        answer = control.post("/v1/servers/lobby/command", content=body)

    assert answer.status_code < 500
    new = here["lobby"].commands[len(typed) :]
    assert all("\n" not in one for one in new), new


def test_200_clients_that_say_nothing_keep_nobody_from_being_served(here: World) -> None:
    with ExitStack() as stack:
        for _ in range(200):
            client = stack.enter_context(connected(here))
            client.sendall(b"GET /v1/status HTTP/1.1\r\n")
        goes_on(here)


def test_clients_that_leave_in_the_middle_of_an_answer_leave_nothing_behind(here: World) -> None:
    for _ in range(50):
        with connected(here) as client:
            client.sendall(b"GET /v1/servers/lobby/console?follow=1 HTTP/1.1\r\nHost: x\r\n\r\n")
    goes_on(here)


def test_a_client_that_never_reads_a_followed_console_loses_it_and_holds_up_nobody(here: World) -> None:
    with connected(here) as client:
        client.sendall(b"GET /v1/servers/lobby/console?follow=1 HTTP/1.1\r\nHost: x\r\n\r\n")
        here["lobby"].prints(*("x" * 1_000 for _ in range(2_000)))
        goes_on(here)


def test_nobody_but_its_owner_may_open_the_socket(here: World) -> None:
    state = here.folder / "state"

    assert stat.S_IMODE((state / "control.sock").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain", "quiet", "\x1b[31mlobby"), ("why-not", "../../etc/passwd", "lobby"), ("send", "lobby", "say a\nop Eve"),
        ("power", "lobby", "self-destruct"), ("logs", "--", "--help\0"[:6]), ("silence", "-r", "*" * 500, "-s", "*", "--for", "9" * 300 + "h"),
        ("ack", "%s{0.__class__}", "lobby"), ("servers", "[" * 50), ("breaker", "reset", "quiet", "\u202elobby"),
    ],
    ids=lambda arguments: arguments[0],
)  # fmt: skip
def test_arguments_of_a_command_are_told_back_without_their_escapes_and_without_a_traceback(
    here: World, arguments: tuple[str, ...]
) -> None:
    said = here.command(*arguments)

    assert "Traceback" not in said
    assert "\x1b[31m" not in said
    assert "\u202e" not in said
    goes_on(here)
