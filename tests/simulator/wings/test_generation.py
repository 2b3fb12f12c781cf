"""What the oldest generation does otherwise."""

from __future__ import annotations

import json
import os

import pytest

from automaton.simulator.wings.generation import G12_2, GENERATIONS, Generation
from tests.simulator.caller import ask
from tests.simulator.generations import ONLY_G11
from tests.simulator.stage import KEY, UUID, Stage


@ONLY_G11
def test_check_05_g11_counts_no_sockets(generation: Generation) -> None:
    stage = Stage(generation=generation)

    assert {stage.caller().status for _ in range(40)} == {101}


@ONLY_G11
def test_check_06_g11_never_compresses(generation: Generation) -> None:
    caller = Stage(generation=generation).caller(deflate=True)

    assert (caller.status, "sec-websocket-extensions" in caller.headers) == (101, False)


@ONLY_G11
def test_check_07_on_g11_a_suspended_server_is_connected_to_and_asked(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.server.suspended = True
    caller = stage.listener()

    caller.say("send stats")
    caller.say("set state", "start")

    assert caller.names() == ["stats", "daemon error"]


@ONLY_G11
def test_check_32_g11_reads_a_binary_frame_like_text(generation: Generation) -> None:
    caller = Stage(generation=generation).listener()

    caller.say_bytes(b'{"event":"send stats"}')

    assert caller.names() == ["stats"]


@ONLY_G11
def test_check_39_g11_takes_a_message_of_any_length(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()

    caller.say("send command", os.urandom(4000).hex())

    assert caller.names() == ["console output", "console output"]


@ONLY_G11
def test_check_40_on_g11_15_commands_at_once_all_run_in_another_order(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()
    commands = [f"c{number}" for number in range(15)]

    caller.say_text(*(json.dumps({"event": "send command", "args": [command]}) for command in commands))

    typed = [entry.detail for entry in stage.node.log.entries("command")]
    assert typed != commands
    assert sorted(typed) == sorted(commands)


@pytest.mark.parametrize("generation", GENERATIONS.values(), ids=GENERATIONS)
def test_each_says_its_version(generation: Generation) -> None:
    stage = Stage(generation=generation)

    _, _, body = ask(stage.node, "GET", "/api/system", headers=(("Authorization", f"Bearer {KEY}"),))

    assert json.loads(body)["version"] == generation.version


def test_the_newest_is_what_is_played_unless_another_is_asked_for() -> None:
    assert Stage().node.generation is G12_2
    assert Stage().node.servers[UUID].state == "offline"
