"""Who falls silent at any moment of a connection is given up in time, told, and keeps nobody else waiting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.hostile import frames
from tests.hostile.house import Answer
from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-silences")

# What an upgrade is answered with before the node falls silent; all of them at once, so one wait is all their cost.
HANDSHAKES: Mapping[str, bytes] = {
    "nothing at all": b"",
    "half a status": b"HTTP/1.1 10",
    "half the headers": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n",
    "a refusal whose body never comes": b"HTTP/1.1 403 No\r\nContent-Length: 100\r\n\r\n",
    "a provisional answer": b"HTTP/1.1 100 Continue\r\n\r\n" * 3,
}
PANELS: Mapping[str, bytes] = {
    "no token": b"",
    "half a token": b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"data": {"token": "x',
}
FRAMES: Mapping[str, bytes] = {
    "in the middle of a frame": b"\x81\x7e\x03\xe8" + b"x" * 10,
    "in the middle of a message": frames.frame(frames.TEXT, b'{"event":', last=False),
    "in the middle of a length": b"\x81\x7f\x00",
    "between frames": b"",
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    kinds = {"handshake": HANDSHAKES, "panel": PANELS, "frame": FRAMES}
    names = [f"{kind} {name}" for kind, silences in kinds.items() for name in silences]
    with world(tmp_path_factory.mktemp("silences"), servers=["lobby", "deaf", "restarted", *names]) as made:
        for name, sent in HANDSHAKES.items():
            made.house.answers(
                "GET", f"{made[f'handshake {name}'].uuid}/ws", Answer(raw=sent, then_hangs=True)
            )
        for name, sent in PANELS.items():
            made.house.answers(
                "GET", f"{made[f'panel {name}'].uuid}/websocket", Answer(raw=sent, then_hangs=True)
            )
        for name in FRAMES:
            made[f"frame {name}"].ticks = False
            made[f"frame {name}"].answers_pings = False
        made["deaf"].answers_auth = False
        with made.running(linked=False) as daemon:
            for name, sent in FRAMES.items():
                server = made[f"frame {name}"]
                daemon.tells("link.up", f'server="{server.name}"')
                server.sends(sent)
            daemon.tells("link.up", "server=lobby")
            yield made


def test_while_a_dozen_nodes_are_silent_another_server_is_served(here: World) -> None:
    here.served(here["lobby"])

    assert here["lobby"].connections == 1


def test_a_node_that_restarts_is_found_again_and_each_of_its_sockets_opened_once(here: World) -> None:
    """Its sockets drop without a word, its port then refuses; later it is back, with errors of its proxy first."""
    server = here["restarted"]
    here.daemon.tells("link.up", "server=restarted")
    here.house.answers("GET", f"{server.uuid}/ws", Answer(raw=b""), Answer(502, b"<html>booting</html>"))
    server.drops()
    here.daemon.tells("link.lost", "server=restarted", "cause=dropped")
    here.daemon.tells("link.", "server=restarted", "cause=unreachable")
    here.daemon.tells("link.", "server=restarted", "cause=node_error")
    here.house.overrides.pop(0)

    server.until(lambda one: one.connections == 2, "not found again")
    here.served(server)
    assert server.most_at_once == 1


@pytest.mark.parametrize("name", HANDSHAKES)
def test_a_handshake_that_never_ends_is_given_up(here: World, name: str) -> None:
    here.daemon.tells("link.", f'server="handshake {name}"', "cause=")


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_that_never_ends_a_token_is_given_up(here: World, name: str) -> None:
    here.daemon.tells("link.", f'server="panel {name}"', "cause=panel_unreachable")


def test_a_node_that_never_answers_the_token_is_given_up(here: World) -> None:
    here.daemon.tells("link.", "server=deaf", "cause=auth_unanswered")


@pytest.mark.parametrize("name", FRAMES)
def test_a_socket_on_which_no_pong_comes_is_half_open_and_given_up(here: World, name: str) -> None:
    here.daemon.tells("link.lost", f'server="frame {name}"', "cause=silent")
    here.served(here["lobby"])
