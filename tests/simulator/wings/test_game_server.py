"""A suspension as a sync with the Panel brings it, on a server that runs."""

from __future__ import annotations

from automaton.simulator.wings.generation import G11, Generation
from tests.simulator.generations import EVERY, NEWER, ONLY_G11
from tests.simulator.stage import Stage, statuses


def states(stage: Stage) -> list[str]:
    return [entry.detail for entry in stage.node.log.entries("state")]


@ONLY_G11
def test_on_g11_a_suspension_stops_the_game_before_the_eyes_of_all_and_sockets_stay(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()

    stage.server.suspend()
    caller.wait(30)
    events = caller.heard()
    caller.say("send stats")

    assert statuses(events) == ["stopping", "offline"]
    assert (caller.dropped, caller.names(), stage.caller().status) == (False, ["stats"], 101)


@NEWER
def test_newer_ones_drop_the_sockets_at_once_and_nobody_sees_the_stop(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()

    stage.server.suspend()
    dropped, heard = caller.dropped, statuses(caller.heard())
    stage.wait(5)

    assert (dropped, heard) == (True, [])
    assert states(stage) == ["starting", "running", "stopping", "offline"]
    assert stage.caller().close == (4409, "server is suspended")


@EVERY
def test_a_suspension_does_not_wait_for_a_start_that_is_under_way(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.server.power.request("start", "test", lambda cause: None)
    stage.wait(0.1)

    stage.server.suspend()
    stage.wait(5)

    assert states(stage) == ["starting", "stopping", "offline"]
    assert not stage.server.power.is_acting


@EVERY
def test_of_a_restart_a_suspension_leaves_the_stop_alone(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.run()
    stage.server.power.request("restart", "test", lambda cause: None)

    stage.server.suspend()
    stage.wait(10)

    assert states(stage)[2:] == ["stopping", "offline"]
    assert not stage.server.power.is_acting


def test_what_ignores_its_stop_is_killed_after_a_minute() -> None:
    stage = Stage(generation=G11)
    stage.run()
    stage.server.type("hang", "test")

    stage.server.suspend()
    stage.wait(59)
    before = stage.server.state
    stage.wait(2)

    assert (before, stage.server.state) == ("stopping", "offline")


def test_a_server_that_is_offline_is_suspended_without_a_word() -> None:
    stage = Stage(generation=G11)
    caller = stage.listener()

    stage.server.suspend()
    caller.wait(5)

    assert caller.heard() == []
