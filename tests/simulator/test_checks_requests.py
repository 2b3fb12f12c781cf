"""Checks 29 to 39: requests on an authenticated socket."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from automaton.simulator.wings.generation import Generation
from automaton.simulator.wings.installation import install
from automaton.simulator.wings.power_actions import LOCKED
from tests.simulator.generations import EVERY, NEWER, ONLY_N_DEV
from tests.simulator.stage import ADMIN, GENERIC, Stage, console, statuses

CONNECT_ONLY = ["websocket.connect"]


def errors(events: list[dict[str, Any]]) -> list[str]:
    """The daemon errors that were told, without their numbers."""
    return [e["args"][0].partition("]: ")[2] for e in events if e["event"] == "daemon error"]


def typed(stage: Stage) -> list[str]:
    return [entry.detail for entry in stage.node.log.entries("command")]


@EVERY
def test_check_29_while_offline_logs_and_commands_are_met_with_silence_and_stats_are_zeros(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)
    caller = stage.listener()

    caller.say("send logs")
    caller.say("send command", "hi")
    silence = caller.heard()
    caller.say("send stats")

    (stats,) = caller.heard()
    figures = json.loads(stats["args"][0])
    assert silence == []
    assert (figures["state"], figures["memory_bytes"], figures["uptime"]) == ("offline", 0, 0)
    assert figures["disk_bytes"] > 0


@EVERY
def test_check_30_logs_need_no_permission_and_come_oldest_first(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener(permissions=CONNECT_ONLY)

    caller.say("send logs")

    assert console(caller.heard()) == [
        "\x1b[1m\x1b[33mcontainer@pterodactyl~ \x1b[0mMODE=normal sh /game.sh",
        "[boot] loading world (MODE=normal)",
        '\x1b[32m[boot]\x1b[0m level "wörld" loaded',
        'Done (1.234s)! For help, type "help"',
    ]


@EVERY
@pytest.mark.parametrize("action", ["start", "stop", "restart", "kill"])
def test_check_30_a_forbidden_action_is_met_with_silence(generation: Generation, action: str) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener(permissions=CONNECT_ONLY)

    caller.say("set state", action)
    caller.say("send command", "stop")
    caller.wait(0.1)

    answers = [name for name in caller.names() if name != "stats"]
    assert (answers, stage.server.state, typed(stage)) == ([], "running", [])


@EVERY
def test_check_30_an_unknown_action_needs_no_permission_to_be_a_generic_error(generation: Generation) -> None:
    caller = Stage(generation=generation).listener(permissions=CONNECT_ONLY)

    caller.say("set state", "bogus")

    assert errors(caller.heard()) == [GENERIC]


@EVERY
def test_check_31_arguments_are_joined_without_a_space_and_lines_arrive_in_order(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()

    caller.say("send command", "say", "hi")
    joined = console(caller.heard())
    caller.say("send command", "one\ntwo")

    assert joined == ["sayhi", "Unknown command: [sayhi]"]
    assert console(caller.heard()) == ["one", "two", "Unknown command: [one]", "Unknown command: [two]"]


@EVERY
@pytest.mark.parametrize(
    "message",
    ['{"event":"send stats"}', '{"event":"send stats","args":[]}', '{"EVENT":"send stats","args":[null]}'],
)
def test_check_32_missing_empty_and_null_arguments_are_as_none(generation: Generation, message: str) -> None:
    caller = Stage(generation=generation).listener()

    caller.say_text(message)

    assert caller.names() == ["stats"]


@EVERY
@pytest.mark.parametrize(
    "message",
    ['{"event":"send stats","args":[1]}', "not json", "", "[]", "[" * 4000, '"send stats"', '{"event":3}'],
)
def test_check_32_what_cannot_be_parsed_is_ignored(generation: Generation, message: str) -> None:
    caller = Stage(generation=generation).listener()

    caller.say_text(message)

    assert (caller.heard(), caller.connection.closed) == ([], False)


@NEWER
def test_check_32_a_binary_frame_is_ignored(generation: Generation) -> None:
    caller = Stage(generation=generation).listener()

    caller.say_bytes(b'{"event":"send stats"}')

    assert (caller.heard(), caller.connection.closed) == ([], False)


@EVERY
@pytest.mark.parametrize(("permissions", "text"), [(["*"], GENERIC), (ADMIN, "server is running")])
def test_check_33_a_start_while_running_is_a_daemon_error(
    generation: Generation, permissions: list[str], text: str
) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener(permissions=list(permissions))

    caller.say("set state", "start")

    assert errors(caller.heard()) == [text]


@EVERY
@pytest.mark.parametrize("action", ["start", "stop", "restart"])
def test_check_34_during_a_stop_everyone_is_told_of_the_lock(generation: Generation, action: str) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()
    caller.say("set state", "stop")
    caller.heard()

    caller.say("set state", action)

    assert errors(caller.heard()) == [LOCKED]


@EVERY
def test_check_34_during_a_stop_a_kill_works(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()
    caller.say("send command", "hang")
    caller.say("set state", "stop")
    caller.wait(100)
    still = stage.server.state

    caller.say("set state", "kill")
    caller.wait(0.1)

    assert (still, stage.server.state) == ("stopping", "offline")


@EVERY
@pytest.mark.parametrize("action", ["stop", "kill"])
@pytest.mark.parametrize(("pause", "answer"), [(0.0, [LOCKED]), (0.02, [LOCKED]), (0.1, [])])
def test_check_35_the_lock_is_held_for_some_ms_after_offline(
    generation: Generation, action: str, pause: float, answer: list[str]
) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()
    caller.say("set state", action)
    while "offline" not in statuses(caller.heard()):
        caller.wait(0.001)

    caller.wait(pause)
    caller.say("set state", "start")

    assert errors(caller.heard()) == answer


@EVERY
@pytest.mark.parametrize("action", ["start", "kill"])
def test_check_36_while_installing_an_action_is_an_error(generation: Generation, action: str) -> None:
    stage = Stage(generation=generation)
    install(stage.server, [(2.0, "step")])
    caller = stage.listener(permissions=list(ADMIN))

    caller.say("set state", action)

    assert errors(caller.heard()) == ["server is currently installing"]


@NEWER
def test_check_37_of_15_commands_at_once_10_run_and_the_throttle_is_told_once(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()
    caller.wait(60)
    caller.heard()

    caller.say_text(*(json.dumps({"event": "send command", "args": [f"c{n}"]}) for n in range(15)))
    throttled = [event["args"] for event in caller.heard() if event["event"] == "throttled"]

    assert throttled == [["global"]]
    assert sorted(typed(stage)) == [f"c{n}" for n in range(10)]
    assert typed(stage) != [f"c{n}" for n in range(10)]


@NEWER
def test_check_37_then_one_command_a_second_passes(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()
    for number in range(30):
        caller.say("send command", f"c{number}")
        caller.wait(0.5)

    assert len(typed(stage)) == 10 + 14


@NEWER
def test_check_38_of_8_requests_for_stats_4_are_answered(generation: Generation) -> None:
    stage = Stage(generation=generation)
    caller = stage.listener()
    caller.wait(60)

    for _ in range(8):
        caller.say("send stats")

    assert caller.names() == ["stats"] * 4 + ["throttled"]


@NEWER
def test_check_39_a_message_over_4096_bytes_is_closed_with_1009(generation: Generation) -> None:
    caller = Stage(generation=generation).listener()

    caller.say("send command", os.urandom(2500).hex())

    assert (caller.close, caller.connection.closed) == ((1009, ""), True)


def test_a_long_message_that_packs_well_passes_for_the_limit_counts_the_wire() -> None:
    stage = Stage()
    stage.run()
    caller = stage.caller(deflate=True)
    caller.say("auth", stage.token())
    caller.heard()

    caller.say("send command", "a" * 20_000)

    assert typed(stage) == ["a" * 20_000]


def test_a_message_to_a_server_that_was_suspended_meanwhile_drops_the_socket() -> None:
    stage = Stage()
    caller = stage.listener()
    stage.server.suspended = True

    caller.say("send stats")

    assert caller.dropped


def test_the_stop_command_typed_on_the_console_is_a_stop_and_no_crash() -> None:
    stage = Stage()
    stage.run()
    caller = stage.listener()

    caller.say("send command", "stop")
    caller.wait(5)

    assert statuses(caller.heard()) == ["stopping", "offline"]


@ONLY_N_DEV
def test_n_dev_refuses_control_characters_in_a_command(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()

    caller.say("send command", "say \x1b[31mred")
    refused = errors(caller.heard())
    caller.say("send command", "a\tb\nc")

    assert (refused, typed(stage)) == ([GENERIC], ["a\tb\nc"])
