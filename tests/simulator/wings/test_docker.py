"""Docker is gone for a while: what ran, what starts, and what is there again afterwards."""

from __future__ import annotations

import pytest

from automaton.simulator.wings.generation import Generation
from tests.simulator.generations import EVERY
from tests.simulator.stage import ADMIN, OTHER_UUID, Stage, console, statuses

TOO_SOON = "Aborting automatic restart, last crash occurred less than 60 seconds ago."
HANDLING = "Server crash was detected but an error occurred while handling it."


@EVERY
def test_all_that_runs_crashes_and_wings_restart_fails_as_a_start_without_docker_does(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()

    stage.node.take_docker_down(45)
    caller.wait(40)

    events = caller.heard()
    said = [line for line in console(events) if "Daemon" in line]
    assert statuses(events) == ["offline", "starting", "offline"]
    assert ["Exit code: 137" in line for line in said].count(True) == 1
    assert [sum(text in line for line in said) for text in (TOO_SOON, HANDLING)] == [1, 1]


def test_a_server_that_is_starting_crashes_too() -> None:
    stage = Stage(crash_detection=False)
    stage.server.power.request("start", "test", lambda cause: None)
    stage.wait(0.6)
    before = stage.server.state
    caller = stage.listener()

    stage.node.take_docker_down(10)
    caller.wait(20)

    assert (before, statuses(caller.heard())) == ("starting", ["offline"])


def test_a_server_that_is_stopping_has_stopped_and_did_not_crash() -> None:
    stage = Stage()
    stage.run()
    caller = stage.listener()

    caller.say("set state", "stop")
    stage.node.take_docker_down(10)
    caller.wait(5)

    events = caller.heard()
    assert statuses(events) == ["stopping", "offline"]
    assert not [line for line in console(events) if "Daemon" in line or line == "bye"]


@pytest.mark.parametrize("asked", [0.0, 0.1], ids=["before", "while it pulls"])
def test_without_docker_a_start_falls_from_starting_to_offline_with_an_error(asked: float) -> None:
    stage = Stage(crash_detection=False)
    caller = stage.listener(permissions=list(ADMIN))
    caller.say("set state", "start")
    caller.wait(asked)

    stage.node.take_docker_down(30)
    caller.wait(5)

    events = caller.heard()
    (error,) = [event["args"][0] for event in events if event["event"] == "daemon error"]
    assert statuses(events) == ["starting", "offline"]
    assert "Cannot connect to the Docker daemon" in error


def test_a_restart_that_docker_leaves_in_the_middle_is_not_completed() -> None:
    stage = Stage(crash_detection=False)
    stage.run()
    caller = stage.listener()

    caller.say("set state", "restart")
    stage.node.take_docker_down(30)
    caller.wait(5)

    assert statuses(caller.heard()) == ["stopping", "offline", "starting", "offline"]


def test_a_stop_of_what_docker_took_does_nothing_and_keeps_no_lock() -> None:
    stage = Stage(crash_detection=False)
    stage.run()
    stage.node.take_docker_down(30)
    stage.wait(5)

    stage.server.power.request("stop", "test", lambda cause: None)

    assert not stage.server.power.is_acting


def test_the_whole_node_is_concerned_and_starts_again_once_docker_is_back() -> None:
    stage = Stage(crash_detection=False)
    other = stage.node.servers[OTHER_UUID]
    for server in (stage.server, other):
        server.power.request("start", "test", lambda cause: None)
    stage.wait(5)
    stage.node.take_docker_down(10)
    stage.wait(9)
    during = (stage.server.state, other.state, stage.node.docker.gone)
    stage.wait(2)

    stage.run()

    assert during == ("offline", "offline", True)
    assert (other.state, stage.node.docker.gone) == ("offline", False)


def test_a_second_outage_is_not_cut_short_by_the_end_of_the_first() -> None:
    stage = Stage()
    stage.node.take_docker_down(10)
    stage.wait(5)
    stage.node.take_docker_down(10)
    stage.wait(6)
    still = stage.node.docker.gone
    stage.wait(5)

    assert (still, stage.node.docker.gone) == (True, False)
