"""Eggs that are stopped by a signal: G11 tells `offline` at once, the others when the process has ended."""

from __future__ import annotations

from dataclasses import replace

from automaton.simulator.games.eggs import DOCKER_STOP
from automaton.simulator.wings.generation import G11, Generation
from automaton.simulator.wings.power_actions import LOCKED
from tests.simulator.generations import EVERY, NEWER
from tests.simulator.stage import ADMIN, Stage, console, statuses
from tests.simulator.toy import TOY

BY_SIGNAL = replace(TOY, stop="SIGINT")


def _booting(generation: Generation, stop: str = "SIGINT") -> Stage:
    """A server whose process minds its signal when it has booted, about half a second from now."""
    stage = Stage(egg=replace(TOY, stop=stop), generation=generation)
    stage.server.power.request("start", "test", lambda cause: None)
    stage.wait(0.8)
    assert stage.server.state == "starting"
    return stage


@EVERY
def test_a_stop_by_signal_ends_in_one_offline_and_one_empty_reading(generation: Generation) -> None:
    stage = Stage(egg=BY_SIGNAL, generation=generation)
    stage.run()
    listener = stage.listener()
    listener.say("set state", "stop")
    listener.wait(5)

    heard = listener.heard()
    assert statuses(heard) == ["stopping", "offline"]
    assert [event["event"] for event in heard].count("stats") == 1
    assert "caught INT" in console(heard)


def test_the_process_prints_on_after_offline_and_is_not_read_any_more() -> None:
    stage = _booting(G11)
    listener = stage.listener()
    listener.say("set state", "stop")
    listener.wait(0.1)
    before = listener.heard()
    listener.say("send command", "help")
    listener.say("send logs")
    listener.wait(0.1)
    replayed = console(listener.heard())
    listener.wait(5)

    assert statuses(before) == ["stopping", "offline"]
    assert replayed[-1] == "[boot] loading world (MODE=normal)"
    assert [(e["event"], e["args"]) for e in listener.heard()] == [("console output", ["caught INT"])]


def test_the_lock_is_held_until_the_process_has_ended_and_then_a_start_works() -> None:
    stage = _booting(G11)
    refusals: list[str] = []
    stage.server.power.request("stop", "test", refusals.append)
    stage.wait(0.1)
    stage.server.power.request("start", "test", refusals.append)
    state = stage.server.state
    stage.wait(2)
    stage.server.power.request("start", "test", refusals.append)
    stage.wait(5)

    assert (state, stage.server.state, refusals) == ("offline", "running", [LOCKED])


def test_a_process_that_ignores_its_signal_is_killed_and_both_states_are_told_again() -> None:
    stage = Stage(egg=BY_SIGNAL, generation=G11)
    stage.run()
    assert stage.server.container is not None
    stage.server.container.freeze()
    listener = stage.listener(permissions=list(ADMIN))
    listener.say("set state", "stop")
    listener.wait(1)
    listener.say("set state", "kill")
    listener.wait(5)

    assert statuses(listener.heard()) == ["stopping", "offline", "stopping", "offline"]
    assert stage.server.container is None


def test_docker_s_own_stop_is_no_signal_of_wings() -> None:
    stage = _booting(G11, DOCKER_STOP)
    stage.server.power.request("stop", "test", lambda cause: None)
    stage.wait(0.1)
    meanwhile = stage.server.state
    stage.wait(2)

    assert (meanwhile, stage.server.state) == ("stopping", "offline")


@NEWER
def test_newer_generations_wait_for_the_end(generation: Generation) -> None:
    stage = _booting(generation)
    stage.server.power.request("stop", "test", lambda cause: None)
    stage.wait(0.1)
    meanwhile = stage.server.state
    stage.wait(2)

    assert (meanwhile, stage.server.state) == ("stopping", "offline")
