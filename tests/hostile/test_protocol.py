"""What one server's node or Panel answers ends that server's link at most, is told, and is tried again in time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.hostile import frames
from tests.hostile.house import Answer, Server, token
from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-protocol")

RULES = r"""
rules:
  - {id: full, while: memory_pct > 90, do: [{send: "say full"}]}
  - {id: known, while: memory_pct >= 0, do: [{send: "say known"}]}
  - {id: ended, when: {state: any -> offline}, do: [{send: "say ended"}]}
"""

REFUSED: Mapping[str, tuple[Answer, str]] = {
    "403": (Answer(403, b"Forbidden\n{}"), "origin_refused"),
    "401": (Answer(401, b""), "upgrade_refused"),
    "404": (Answer(404, b'{"error":"none"}'), "not_on_node"),
    "407": (Answer(407, b""), "upgrade_refused"),
    "409": (Answer(409, b""), "upgrade_refused"),
    "429": (Answer(429, b"", {"Retry-After": "9" * 400}), "node_error"),
    "400 too many": (Answer(400, b'{"error":"Too many open websocket connections."}'), "too_many_sockets"),
    "500": (Answer(500, b"\xff" * 100_000), "node_error"),
    "502 of a proxy": (Answer(502, b"<html>" + b"x" * 5_000), "node_error"),
    "200": (Answer(200, b"hello"), "upgrade_refused"),
    "204": (Answer(204), "upgrade_refused"),
    "a redirect": (Answer(302, b"", {"Location": "http://127.0.0.1:9/evil"}), "upgrade_refused"),
    "a redirect to itself": (Answer(307, b"", {"Location": "."}), "upgrade_refused"),
    "999": (Answer(999), ""),
    "a wrong key": (
        Answer(raw=b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n"),
        "protocol",
    ),
    "no key": (Answer(raw=b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"), "protocol"),
    "no HTTP": (Answer(raw=b"\x16\x03\x01 hello\r\n\r\n"), ""),
    "nothing": (Answer(raw=b""), ""),
    "HTTP/0.9": (Answer(raw=b"<html>hello</html>"), ""),
    "a negative status": (Answer(raw=b"HTTP/1.1 -1 X\r\n\r\n"), ""),
    "a huge status": (Answer(raw=b"HTTP/1.1 " + b"9" * 5_000 + b" X\r\n\r\n"), ""),
    "a header of 200 KiB": (Answer(raw=b"HTTP/1.1 403 X\r\nX: " + b"x" * 200_000 + b"\r\n\r\n"), ""),
    "10,000 headers": (Answer(raw=b"HTTP/1.1 403 X\r\n" + b"X: y\r\n" * 10_000 + b"\r\n"), ""),
    "two lengths": (Answer(raw=b"HTTP/1.1 403 X\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"), ""),
    "a negative length": (Answer(raw=b"HTTP/1.1 403 X\r\nContent-Length: -1\r\n\r\n"), ""),
    "a body that is cut": (Answer(raw=b"HTTP/1.1 403 X\r\nContent-Length: 100\r\n\r\nxx"), ""),
    "a chunk of a wrong size": (Answer(raw=b"HTTP/1.1 403 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx"), ""),
}  # fmt: skip

CLOSED: Mapping[str, tuple[bytes, str]] = {
    "4400": (frames.closing(4400), "suspended"),
    "4409": (frames.closing(4409, "server is suspended"), "suspended"),
    "1009": (frames.closing(1009), "too_big"),
    "1012": (frames.closing(1012), "dropped"),
    "1001 deleted": (frames.closing(1001, "server deleted"), "deleted"),
    "1002": (frames.closing(1002, "no"), "protocol"),
    "4999": (frames.closing(4999, "x" * 120), "dropped"),
    "without a code": (frames.frame(frames.CLOSE), "dropped"),
    "of one byte": (frames.frame(frames.CLOSE, b"\x03"), ""),
    "of a code that there is not": (frames.closing(0), ""),
    "of a code for no wire": (frames.closing(1006), ""),
    "with a reason that is no UTF-8": (frames.frame(frames.CLOSE, b"\x03\xe8\xff\xfe"), ""),
    "that is too long": (frames.frame(frames.CLOSE, b"\x03\xe8" + b"x" * 200), ""),
}

BROKEN: Mapping[str, bytes] = {
    "a masked frame": frames.frame(frames.TEXT, b"{}", masked=True),
    "a reserved bit": frames.frame(frames.TEXT, b"{}", reserved=4),
    "all reserved bits": frames.frame(frames.TEXT, b"{}", reserved=7),
    "a code that there is not": frames.frame(0x3, b"{}"),
    "a control code that there is not": frames.frame(0xB, b""),
    "a ping in fragments": frames.frame(frames.PING, b"x", last=False),
    "a ping of 200 bytes": frames.frame(frames.PING, b"x" * 200),
    "a length of 2**63": bytes([0x81, 127]) + (2**63).to_bytes(8, "big"),
    "a length of 2**64 - 1": bytes([0x81, 127]) + (2**64 - 1).to_bytes(8, "big"),
    "a message of 2 MiB": frames.text("x" * 2 * 1024 * 1024),
    "a text inside of a text": frames.frame(frames.TEXT, b"{", last=False) + frames.frame(frames.TEXT, b"{}"),
    "HTTP again": b"HTTP/1.1 200 OK\r\n\r\n",
}

TOKENS: Mapping[str, Callable[[Server], str]] = {
    "empty": lambda _: "",
    "of one part": lambda _: "x",
    "of dots": lambda _: "." * 1_000,
    "no base64": lambda _: "!.!.!",
    "no JSON": lambda _: "eHg.eHg.eHg",
    "a list": lambda _: "W10.W10.W10",
    "without exp": lambda one: token(permissions=["*"], server_uuid=one.uuid),
    "exp a text": lambda _: token(exp="soon", iat="now"),
    "exp null": lambda _: token(exp=None, iat=None),
    "exp negative": lambda _: token(exp=-1, iat=10**12),
    "permissions a text": lambda _: token(exp=10**10, iat=10**10 - 600, permissions="*"),
    "permissions numbers": lambda _: token(exp=10**10, iat=10**10 - 600, permissions=[1, None, {}]),
    "100,000 permissions": lambda _: token(exp=10**10, iat=10**10 - 600, permissions=["x"] * 100_000),
    "with line ends": lambda _: "x\r\nX-Evil: 1",
    "nested deep": lambda _: "e30." + "W1tb" * 20_000 + ".x",
}

SOCKETS: Mapping[str, str] = {
    "another scheme": "file:///etc/passwd",
    "http": "http://127.0.0.1/",
    "with a user": "ws://user:pass@127.0.0.1:9/",
    "without a host": "ws:///api",
    "a port over 65535": "ws://127.0.0.1:99999/",
    "a port of zero": "ws://127.0.0.1:0/",
    "a port that is no number": "ws://127.0.0.1:x/",
    "empty": "",
    "10,000 letters": "ws://" + "a" * 10_000,
    "a line end": "ws://127.0.0.1:9/\r\nX: y",
    "a NUL": "ws://127.0.0.1:9/\0",
    "not ASCII": "ws://еvil.example/",
    "an open bracket": "ws://[::1",
    "no address in brackets": "ws://[evil]/",
    "a backslash": "ws://evil.example\\@127.0.0.1/",
}

SAID: Mapping[str, list[tuple[str, ...]]] = {
    "1,000 jwt errors": [("jwt error", "jwt: exp claim is invalid")] * 1_000,
    "1,000 expiries": [("token expiring", ""), ("token expired", "")] * 500,
    "unasked auth success": [("auth success",)] * 1_000,
    "throttled": [("throttled", "auth"), ("throttled", "x" * 10_000)] * 100,
    "daemon errors": [("daemon error", "x" * 10_000)] * 100,
    "backups": [("backup completed", "not JSON"), ("backup completed",), ("backup completed", "[" * 10_000)],
    "a transfer that is none": [("transfer status", "x" * 10_000), ("transfer logs", "y" * 10_000)],
    "events of a million names": [(f"event {number}", "x") for number in range(3_000)],
}

STATS: Mapping[str, object] = {
    "-1": {"memory_bytes": -1},
    "1e999": "1e999",
    "NaN": "NaN",
    "Infinity": "Infinity",
    "a text": {"memory_bytes": "NaN"},
    "null": {"memory_bytes": None},
    "truth": {"memory_bytes": True},
    "a list": {"memory_bytes": [1]},
    "2**63": {"memory_bytes": 2**63},
    "400 digits": {"memory_bytes": 10**400},
    "a negative limit": {"memory_limit_bytes": -5},
    "a negative uptime": {"uptime": -5},
    "a huge uptime": {"uptime": 10**300},
    "a huge network": {"network": {"rx_bytes": 10**30, "tx_bytes": 1}},
    "network a text": {"network": "x"},
    "a processor of 1e300": {"cpu_absolute": 1e300},
}


def server_names() -> list[str]:
    kinds = {
        "refused": REFUSED,
        "closed": CLOSED,
        "broken": BROKEN,
        "token": TOKENS,
        "socket": SOCKETS,
        "said": SAID,
        "stats": STATS,
    }
    return ["lobby", *(f"{kind} {name}" for kind, names in kinds.items() for name in names)]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """All servers misbehave from the start, but for `lobby`."""
    with world(tmp_path_factory.mktemp("protocol"), RULES, servers=server_names()) as made:
        for name, (answer, _) in REFUSED.items():
            made.house.answers("GET", f"{made[f'refused {name}'].uuid}/ws", answer)
        for name, make in TOKENS.items():
            made[f"token {name}"].token = make
        for name, socket in SOCKETS.items():
            made[f"socket {name}"].socket = socket
        for name in STATS:
            made[f"stats {name}"].ticks = False
        with made.running(linked=False) as daemon:
            daemon.tells("link.up", "server=lobby")
            yield made


@pytest.mark.parametrize("name", REFUSED)
def test_an_upgrade_that_is_answered_by_anything_but_a_websocket_is_told_and_tried_later(
    here: World, name: str
) -> None:
    cause = REFUSED[name][1]
    line = here.daemon.tells(
        "link.", f'server="refused {name}"' if " " in name else f'"refused {name}"', f"cause={cause}"
    )

    assert "link.lost" in line or "link.parked" in line
    here.served(here["lobby"])


@pytest.mark.parametrize("name", CLOSED)
def test_a_close_frame_of_any_code_ends_its_link_for_a_cause_that_is_told(here: World, name: str) -> None:
    payload, cause = CLOSED[name]
    server = here[f"closed {name}"]
    here.daemon.tells("link.up", server.name)
    server.sends(payload)

    here.daemon.tells("link.lost", f'"{server.name}"', f"cause={cause}")
    here.served(here["lobby"])


@pytest.mark.parametrize("name", BROKEN)
def test_a_frame_that_no_server_may_send_ends_its_link_for_a_cause_that_is_told(
    here: World, name: str
) -> None:
    server = here[f"broken {name}"]
    here.daemon.tells("link.up", server.name)
    server.sends(BROKEN[name])

    here.daemon.tells("link.lost", f'"{server.name}"')
    here.served(here["lobby"])


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_of_any_shape_is_left_to_the_node_to_judge_and_ends_no_other_link(
    here: World, name: str
) -> None:
    server = here[f"token {name}"]
    server.until(lambda one: one.tokens_given, "no token asked for")

    here.served(here["lobby"])
    assert here.house.most_in(60, f"{server.uuid}/websocket") <= 4


@pytest.mark.parametrize("name", SOCKETS)
def test_a_socket_address_that_is_none_is_never_asked_and_waits_for_a_person(here: World, name: str) -> None:
    line = here.daemon.tells("link.parked", f'"socket {name}"', "cause=socket_address")

    assert line.isprintable()
    assert here[f"socket {name}"].connections == 0


@pytest.mark.parametrize("name", SAID)
def test_floods_of_what_wings_says_of_tokens_and_backups_cost_a_token_request_or_two(
    here: World, name: str
) -> None:
    server = here[f"said {name}"]
    here.daemon.tells("link.up", server.name)
    server.sends(b"".join(frames.event(*said) for said in SAID[name]))
    here.served(here["lobby"])

    assert here.house.most_in(60, f"{server.uuid}/websocket") <= 4


@pytest.mark.parametrize("name", STATS)
def test_a_reading_with_an_impossible_figure_is_no_reading(here: World, name: str) -> None:
    server = here[f"stats {name}"]
    here.daemon.tells("link.up", server.name)
    figures = STATS[name]
    good = {"memory_bytes": 1, "cpu_absolute": 1, "state": "running", **server.stats}
    if isinstance(figures, dict):
        text = json.dumps({**good, **figures})
    else:
        text = json.dumps({**good, "memory_bytes": 0}).replace(
            '"memory_bytes": 0', f'"memory_bytes": {figures}'
        )

    assert "say full" not in here.answers(server, frames.event("stats", text))


def test_the_panel_is_asked_for_no_more_than_four_tokens_of_a_server_in_a_minute(here: World) -> None:
    here.served(here["lobby"])

    for server in here.house.servers.values():
        assert here.house.most_in(60, f"{server.uuid}/websocket") <= 4, server.name


def test_a_thousand_jwt_errors_make_one_refresh(here: World) -> None:
    server = here["said 1,000 jwt errors"]
    here.daemon.tells("link.up", server.name)
    server.sends(b"".join(frames.event("jwt error", "jwt: exp claim is invalid") for _ in range(1_000)))
    here.served(server)

    assert server.tokens_given <= 3  # the first, and one for each of two floods
    assert server.connections == 1


def test_of_the_thirty_sockets_that_wings_gives_a_server_we_never_have_two(here: World) -> None:
    here.served(here["lobby"])

    assert {server.most_at_once for server in here.house.servers.values()} <= {0, 1}


def test_the_key_is_in_no_request_to_a_node_and_in_no_address(here: World) -> None:
    nodes = [asked for asked in here.house.asked if asked.path.endswith("/ws")]

    assert len(nodes) > 20
    assert not any(
        here.house.key in str(asked.headers) or "authorization" in asked.headers for asked in nodes
    )
    assert not any(here.house.key in asked.path + asked.query for asked in here.house.asked)


def test_permissions_that_are_taken_away_park_the_link_and_say_which_is_missing(here: World) -> None:
    server = here["said backups"]
    server.event("jwt error", "jwt: missing connect permission")

    here.daemon.tells("link.parked", f'"{server.name}"', "cause=no_permission", "websocket.connect")


def test_one_who_breaks_everything_leaves_the_status_readable(here: World) -> None:
    status = here.ask("GET", "/v1/status")

    assert status["parked"]
    assert all(text.isprintable() for text in status["troubles"])
