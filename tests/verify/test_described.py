"""The six servers of the recordings, each with what is particular to it."""

from __future__ import annotations

from random import Random

import pytest

from automaton.core.moment import Moment
from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.node import Node
from tests.simulator.caller import Caller
from tests.verify.described import ALLOWED, REMOTE, Start, described_node, uuid_of

WALL = 1_795_503_210.0


def _node(*, running: bool = False) -> Node:
    return described_node(Start(WALL, running), Random(1))


def _started(letter: str, seconds: float) -> GameServer:
    node = _node()
    server = node.servers[uuid_of(letter)]
    server.power.request("start", "test", lambda cause: None)
    node.advance(Moment(seconds, WALL + seconds))
    return server


def test_all_are_offline_at_the_beginning_unless_they_run() -> None:
    assert {server.state for server in _node().servers.values()} == {"offline"}
    assert _node(running=True).servers[uuid_of("a")].state == "running"


@pytest.mark.parametrize(
    ("letter", "seconds", "state"),
    [
        ("a", 3, "running"),
        ("b", 3, "running"),
        ("c", 3, "starting"),
        ("c", 8, "running"),
        ("d", 3, "offline"),
        ("e", 3, "offline"),
        ("f", 60, "starting"),
    ],
)
def test_what_a_start_comes_to(letter: str, seconds: float, state: str) -> None:
    assert _started(letter, seconds).state == state


def test_a_server_that_boots_minds_docker_s_stop_when_it_has() -> None:
    server = _started("c", 3)
    server.power.request("stop", "test", lambda cause: None)
    server.schedule.advance(Moment(4, WALL + 4))
    meanwhile = server.state
    server.schedule.advance(Moment(8, WALL + 8))

    assert (meanwhile, server.state) == ("stopping", "offline")
    assert server.console.recent_lines()[-1] == "caught TERM"


@pytest.mark.parametrize(("origin", "status"), [(REMOTE, 101), (ALLOWED[0], 101), (f"{REMOTE}/", 403)])
def test_who_may_connect(origin: str, status: int) -> None:
    assert Caller(_node(), uuid_of("a"), origin=origin).status == status
