"""What the older generations do otherwise; the numbered checks play the newest."""

from __future__ import annotations

import json
import os

import pytest

from automaton.simulator.caller import ask
from automaton.simulator.generation import G11, G12, G12_2, GENERATIONS, Generation
from tests.simulator.stage import KEY, UUID, Stage

OLDER = pytest.mark.parametrize("generation", [G11, G12], ids=lambda generation: generation.name)


@OLDER
def test_check_16_older_ones_do_not_ask_for_a_scope(generation: Generation) -> None:
    stage = Stage(generation=generation)
    caller = stage.caller()

    caller.say("auth", stage.token(scope=None))

    assert caller.names() == ["auth success", "status", "stats"]


def test_check_05_g11_counts_no_sockets() -> None:
    stage = Stage(generation=G11)

    assert {stage.caller().status for _ in range(40)} == {101}


def test_check_06_g11_never_compresses() -> None:
    caller = Stage(generation=G11).caller(deflate=True)

    assert (caller.status, "sec-websocket-extensions" in caller.headers) == (101, False)


def test_check_07_on_g11_a_suspended_server_is_connected_to_and_asked() -> None:
    stage = Stage(generation=G11)
    stage.server.suspended = True
    caller = stage.listener()

    caller.say("send stats")
    caller.say("set state", "start")

    assert caller.names() == ["stats", "daemon error"]


def test_check_32_g11_reads_a_binary_frame_like_text() -> None:
    caller = Stage(generation=G11).listener()

    caller.say_bytes(b'{"event":"send stats"}')

    assert caller.names() == ["stats"]


def test_check_39_g11_takes_a_message_of_any_length() -> None:
    stage = Stage(generation=G11)
    stage.run()
    caller = stage.listener()

    caller.say("send command", os.urandom(4000).hex())

    assert caller.names() == ["console output", "console output"]


def test_check_40_on_g11_15_commands_at_once_all_run_in_another_order() -> None:
    stage = Stage(generation=G11)
    stage.run()
    caller = stage.listener()
    commands = [f"c{number}" for number in range(15)]

    caller.say_text(*(json.dumps({"event": "send command", "args": [command]}) for command in commands))

    typed = [entry.detail for entry in stage.node.log.entries("command")]
    assert typed != commands
    assert sorted(typed) == sorted(commands)


def test_g11_knows_no_deauthorize_user() -> None:
    stage = Stage(generation=G11)
    caller = stage.listener()

    status, _, _ = ask(
        stage.node, "POST", "/api/deauthorize-user", headers=(("Authorization", f"Bearer {KEY}"),), body=b"{}"
    )

    assert (status, caller.dropped) == (404, False)


@pytest.mark.parametrize("generation", GENERATIONS.values(), ids=GENERATIONS)
def test_each_says_its_version(generation: Generation) -> None:
    stage = Stage(generation=generation)

    _, _, body = ask(stage.node, "GET", "/api/system", headers=(("Authorization", f"Bearer {KEY}"),))

    assert json.loads(body)["version"] == generation.version


def test_the_newest_is_what_is_played_unless_another_is_asked_for() -> None:
    assert Stage().node.generation is G12_2
    assert Stage().node.servers[UUID].state == "offline"
