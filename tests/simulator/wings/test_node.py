from __future__ import annotations

import pytest

from automaton.simulator.wings.tcp_connection import TcpConnection
from tests.simulator.caller import Caller
from tests.simulator.stage import OTHER_UUID, UUID, Stage


def test_a_restart_breaks_all_connections_and_leaves_the_games_running() -> None:
    stage = Stage()
    stage.run()
    caller = stage.listener()

    stage.node.restart(5.0)
    with pytest.raises(ConnectionRefusedError):
        stage.caller()
    stage.wait(5)
    late = stage.caller()
    late.say("auth", stage.token(iat=stage.wall + 1))

    assert caller.dropped
    assert [event.get("args") for event in late.heard()] == [None, ["running"]]


def test_after_a_restart_older_tokens_are_refused_and_denied_ones_forgotten() -> None:
    stage = Stage()
    old = stage.token()
    stage.node.denylist.deny(["d2f66701a279df4a5c21163f2d681d51"], stage.wall + 500)
    stage.node.restart(5.0)
    stage.wait(7)
    caller = stage.caller()

    caller.say("auth", old)
    caller.say("auth", stage.token())

    assert caller.names() == ["jwt error", "auth success", "status", "stats"]


def test_sockets_are_counted_by_server_and_plain_requests_are_none() -> None:
    stage = Stage()
    Caller(stage.node, UUID, path="/api/system")
    callers = [stage.caller(), stage.caller(), stage.caller(OTHER_UUID)]

    assert [len(stage.node.sockets(uuid)) for uuid in (UUID, OTHER_UUID, None)] == [2, 1, 3]
    assert all(caller.status == 101 for caller in callers)


def test_a_node_that_hangs_answers_only_who_comes_afterwards() -> None:
    stage = Stage()
    stage.node.hanging = True
    hung = TcpConnection.open(stage.node, stage.schedule.now)
    stage.node.stop_hanging()
    assert hung is not None

    hung.receive(b"GET /api/system HTTP/1.1\r\nHost: x\r\n\r\n", stage.schedule.now)

    assert (hung.take(), hung.closed) == (b"", False)
    assert stage.caller().status == 101


def test_what_one_server_says_does_not_depend_on_the_others() -> None:
    """Each has a chance of its own."""
    alone, beside = Stage(), Stage()
    beside.node.servers[OTHER_UUID].power.request("start", "test", lambda cause: None)

    for stage in (alone, beside):
        stage.server.power.request("start", "test", lambda cause: None)
    lines = []
    for stage in (alone, beside):
        caller = stage.listener()
        caller.wait(5)
        lines.append([event for event in caller.heard() if event["event"] != "stats"])

    assert lines[0] == lines[1]
