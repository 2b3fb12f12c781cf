"""Whatever a Panel answers instead of a token, or names as a socket, costs that link and gives nobody the key."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
import trustme

from tests.hostile.answer_server import AnswerServer
from tests.hostile.grammar import HostileAnswer
from tests.hostile.house import Answer, House, Server, as_json, token
from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-tokens")

MIB = 1024 * 1024
OWN = {"X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "0"}  # the limit on tokens of one server
ERROR = b'{"errors":[{"code":"HttpException","status":"409","detail":"\\u001b[31mno\\n<2>fake critical"}]}'

# What the Panel answers to a request for a token, and the cause that is told.
ANSWERS: Mapping[str, tuple[Answer, str]] = {
    "403": (Answer(403, ERROR), "panel_refused"),
    "404": (Answer(404, ERROR), "panel_gone"),
    "405": (Answer(405, ERROR), "panel_refused"),
    "409": (Answer(409, ERROR), "panel_conflict"),
    "418": (Answer(418, b"\xff"), "panel_refused"),
    "429 without a time": (Answer(429, ERROR, OWN), "panel_later"),
    "429 at once": (Answer(429, ERROR, {**OWN, "Retry-After": "0"}), "panel_later"),
    "429 in an hour": (Answer(429, ERROR, {**OWN, "Retry-After": "3600"}), "panel_later"),
    "429 in the past": (
        Answer(429, ERROR, {**OWN, "Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}),
        "panel_later",
    ),
    "429 at some time": (Answer(429, ERROR, {**OWN, "Retry-After": "\xff soon; <2>fake"}), "panel_later"),
    "429 in 400 digits": (Answer(429, ERROR, {**OWN, "Retry-After": "9" * 400}), "panel_later"),
    "500": (Answer(500, b"\xff" * 10_000), "panel_unreachable"),
    "502 of a proxy": (Answer(502, b"<html>" + b"x" * 50_000), "panel_unreachable"),
    "503": (Answer(503, b"", {"Retry-After": "-1"}), "panel_unreachable"),
    "999": (Answer(999), ""),
    "204": (Answer(204), ""),
    "nothing": (Answer(200), "panel_unreachable"),
    "no JSON": (Answer(200, b"<html>hello</html>"), "panel_unreachable"),
    "a list": (as_json([]), "panel_unreachable"),
    "a null": (as_json(None), "panel_unreachable"),
    "data a text": (as_json({"data": "x"}), "panel_unreachable"),
    "no socket": (as_json({"data": {"token": "x"}}), "panel_unreachable"),
    "a token that is a number": (as_json({"data": {"token": 7, "socket": "ws://a/"}}), "panel_unreachable"),
    "a socket that is a list": (as_json({"data": {"token": "x", "socket": ["ws://a/"]}}), "panel_unreachable"),
    "nested 100,000 deep": (Answer(200, b'{"data":' * 100_000), "panel_unreachable"),
    "a number of 100,000 digits": (Answer(200, b'{"data":' + b"9" * 100_000 + b"}"), "panel_unreachable"),
    "8 MiB": (Answer(200, b" " * 8 * MIB), "panel_unreachable"),
    "a redirect": (Answer(302, b"", {"Location": "STRANGER"}), "panel_refused"),
    "a redirect for ever": (Answer(308, b"", {"Location": "STRANGER"}), "panel_refused"),
    "a redirect to itself": (Answer(307, b"", {"Location": "."}), "panel_refused"),
    "a redirect to a file": (Answer(301, b"", {"Location": "file:///etc/passwd"}), "panel_refused"),
}  # fmt: skip


def claims(server: Server, **times: int) -> str:
    return token(**times, permissions=["*"], server_uuid=server.uuid)


def now() -> int:
    return int(time.time())  # noqa: TID251 - a Panel's own clock, which is wrong


# Tokens whose times are told by a clock that is wrong, or that tell none: each is used, and none asked for again.
CLOCKS: Mapping[str, Callable[[Server], str]] = {
    "ten minutes behind": lambda one: claims(one, iat=now() - 600, exp=now()),
    "ten minutes ahead": lambda one: claims(one, iat=now() + 600, exp=now() + 1_200),
    "a day behind": lambda one: claims(one, iat=now() - 86_400, exp=now() - 85_800),
    "a year ahead": lambda one: claims(one, iat=now() + 31_536_000, exp=now() + 31_536_600),
    "without exp": lambda one: claims(one, iat=now()),
    "without iat": lambda one: claims(one, exp=now() + 600),
    "without either": lambda one: claims(one),
    "a life of ten thousand years": lambda one: claims(one, iat=0, exp=253_402_300_799),
}


class Stranger:
    """An address that nobody of ours should ask for anything; `heard` is whole requests' heads and bodies."""

    def __init__(self, house: House) -> None:
        self.house = house
        house.overrides.append(lambda _: Answer(403, b"no"))

    @property
    def heard(self) -> str:
        """All that came."""
        return "".join(f"{one.path} {one.query} {one.headers} {one.body!r}" for one in list(self.house.asked))


@pytest.fixture(scope="module")
def stranger() -> Iterator[Stranger]:
    with House().open() as house:
        yield Stranger(house)


RULES = r"""
rules:
  - {id: kills, when: {console: '^kill it$'}, do: [{power: kill}]}
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, stranger: Stranger) -> Iterator[World]:
    names = [f"answer {name}" for name in ANSWERS] + [f"clock {name}" for name in CLOCKS]
    folder = tmp_path_factory.mktemp("tokens")
    with world(folder, RULES, servers=["lobby", "elsewhere", "redirected", *names]) as made:
        for name, (answer, _) in ANSWERS.items():
            headers = {
                key: value.replace("STRANGER", f"{stranger.house.url}/{key}")
                for key, value in answer.headers.items()
            }
            made.house.answers(
                "GET", f"{made[f'answer {name}'].uuid}/websocket", Answer(answer.status, answer.body, headers)
            )
        for name, make in CLOCKS.items():
            made[f"clock {name}"].token = make
        elsewhere = stranger.house.url.replace("http", "ws")
        made["elsewhere"].socket = f"{elsewhere}/api/servers/{made['elsewhere'].uuid}/ws"
        to_a_stranger = Answer(307, b"", {"Location": f"{stranger.house.url}/posted"})
        for end in ("command", "power"):
            made.house.answers("POST", f"{made['redirected'].uuid}/{end}", to_a_stranger)
        with made.running(linked=False) as daemon:
            daemon.tells("link.up", "server=lobby")
            yield made


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_no_token_is_told_with_its_cause_and_asked_for_again_sparingly(
    here: World, name: str
) -> None:
    server = here[f"answer {name}"]
    line = here.daemon.tells("link.", f'server="{server.name}"', f"cause={ANSWERS[name][1]}")

    assert "link.lost" in line or "link.parked" in line
    assert line.isprintable()
    assert "\x1b" not in line
    here.served(here["lobby"])
    assert here.house.most_in(60, f"{server.uuid}/websocket") <= 4
    assert server.connections == 0


@pytest.mark.parametrize("name", CLOCKS)
def test_a_token_by_a_clock_that_is_ten_minutes_wrong_is_used_and_not_asked_for_again(
    here: World, name: str
) -> None:
    server = here[f"clock {name}"]
    here.daemon.tells("link.up", f'server="{server.name}"')
    here.served(server)

    assert server.connections == 1
    assert server.tokens_given <= 2


def test_a_socket_on_another_host_is_asked_for_its_own_server_and_hears_no_key(
    here: World, stranger: Stranger
) -> None:
    here.daemon.tells("link.parked", "server=elsewhere", "cause=origin_refused")

    assert f"/api/servers/{here['elsewhere'].uuid}/ws" in stranger.heard
    assert here.house.key not in stranger.heard
    assert "authorization" not in stranger.heard


def test_a_redirect_of_a_token_a_command_or_a_power_action_takes_the_key_nowhere(
    here: World, stranger: Stranger
) -> None:
    server = here["redirected"]
    here.daemon.tells("link.up", "server=redirected")
    for path, body in (("command", {"command": "list"}), ("power", {"signal": "kill"})):
        with here.control() as control:
            control.post(f"/v1/servers/redirected/{path}", json=body)
    server.prints("kill it")
    here.daemon.tells("call.ended", "action=power", "server=redirected")
    here.served(here["lobby"])

    asked = [one.path for one in list(stranger.house.asked)]
    assert [path for path in asked if not path.endswith("/ws")] == []


@pytest.mark.parametrize("hops", [1, 20])
def test_a_list_that_is_redirected_is_not_followed_however_many_hops_it_has(
    tmp_path: Path, stranger: Stranger, hops: int
) -> None:
    """The first hop is the same Panel: that one is not followed either."""
    asked: list[str] = []

    def choose(_: str, path: str) -> HostileAnswer:
        number = len(asked)
        asked.append(path)
        there = f"/api/client?hop={number}" if number < hops else f"{stranger.house.url}/listed"
        return HostileAnswer(
            "hop", f"HTTP/1.1 302 X\r\nLocation: {there}\r\nContent-Length: 0\r\n\r\n".encode()
        )

    with AnswerServer(choose).open() as panel, world(tmp_path) as made:
        made.file.write_text(
            made.file.read_text().replace(made.house.url, f"http://127.0.0.1:{panel.ports[0]}")
        )
        with made.running(linked=False) as daemon:
            daemon.tells("panel.", "redirects elsewhere")

    assert "/listed" not in stranger.heard
    assert len(asked) <= 4


BOMBS: Mapping[str, bytes] = {
    "a body without an end": b"Content-Length: 9999999999\r\n\r\n" + b"x" * 4 * MIB,
    "an encoded one": b"Content-Encoding: gzip, gzip\r\nContent-Length: 40\r\n\r\n" + b"\x1f\x8b" + b"x" * 38,
    "a header of 4 MiB": b"X: " + b"x" * 4 * MIB + b"\r\n\r\n",
    "a million headers": b"X: y\r\n" * 1_000_000 + b"\r\n",
    "chunks of one byte": b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 500_000 + b"0\r\n\r\n",
}
ENDS = ("websocket", "command", "power")


@pytest.fixture(scope="module")
def bombed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Each bomb lies in the way of each request of one server."""
    names = [f"{end} {name}" for end in ENDS for name in BOMBS]
    with world(tmp_path_factory.mktemp("bombs"), RULES, servers=["lobby", *names]) as made:
        for end in ENDS:
            for name, data in BOMBS.items():
                method = "GET" if end == "websocket" else "POST"
                made.house.answers(
                    method, f"{made[f'{end} {name}'].uuid}/{end}", Answer(raw=b"HTTP/1.1 200 OK\r\n" + data)
                )
        with made.running(linked=False) as daemon:
            daemon.tells("link.up", "server=lobby")
            yield made
            assert made.peak() < 160 * MIB


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_in_place_of_a_token_costs_its_own_link_a_wait(bombed: World, name: str) -> None:
    bombed.daemon.tells("link.", f'server="websocket {name}"', "cause=panel_unreachable")

    bombed.served(bombed["lobby"])


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("end", ["command", "power"])
def test_a_bomb_in_answer_to_a_command_or_a_power_action_is_an_answer_that_says_little(
    bombed: World, end: str, name: str
) -> None:
    server = bombed[f"{end} {name}"]
    bombed.daemon.tells("link.up", f'server="{server.name}"')
    body = {"command": "list"} if end == "command" else {"signal": "kill"}
    with bombed.control() as control:
        answer = control.post(f"/v1/servers/{server.uuid}/{end}", json=body)

    assert len(answer.content) < 10_000
    bombed.served(bombed["lobby"])


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, House]]:
    """A Panel and node over TLS, whose Panel names plain sockets for some servers, of its own and of a stranger."""
    folder = tmp_path_factory.mktemp("secured")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with ExitStack() as stack:
        made = stack.enter_context(world(folder))
        house = stack.enter_context(House(context).open())
        for name in ("lobby", "downgraded", "downgraded-elsewhere"):
            house.add(name)
        house["downgraded"].socket = house.url.replace("https", "ws") + "/api"
        house["downgraded-elsewhere"].socket = made.house.url.replace("http", "ws") + "/plain"
        plain = made.file.read_text().replace(made.house.url, house.url).replace(", allow_plain: true", "")
        made.file.write_text(plain)
        stranger, made.house = made.house, house
        made.env["SSL_CERT_FILE"] = str(folder / "authority.pem")
        stack.enter_context(made.running(linked=False))
        made.daemon.tells("link.up", "server=lobby")
        yield made, stranger


@pytest.mark.parametrize("name", ["downgraded", "downgraded-elsewhere"])
def test_a_plain_socket_that_a_panel_over_tls_names_is_not_asked_and_waits_for_a_person(
    secured: tuple[World, House], name: str
) -> None:
    here, stranger = secured
    line = here.daemon.tells("link.parked", f"server={name}", "cause=socket_address")

    assert "plain ws://" in line
    assert here[name].connections == 0
    assert stranger.asked == []
    here.served(here["lobby"])
