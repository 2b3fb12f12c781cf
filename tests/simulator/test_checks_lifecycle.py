"""Checks 41 to 47: what a server goes through."""

from __future__ import annotations

import json
import re
from typing import Any

from automaton.simulator.wings.generation import G7, G12, G12_2, PELICAN, Generation
from automaton.simulator.wings.installation import install
from tests.simulator.caller import Caller
from tests.simulator.generations import EVERY
from tests.simulator.stage import ADMIN, GENERIC, Stage, statuses

DAEMON = re.compile(r"\x1b\[33m\x1b\[1m\[(?:Pterodactyl|pelican) Daemon\]:\x1b\[39m (.*)\x1b\[0m")
CRASHED = "---------- Detected server process in a crashed state! ----------"


def told(events: list[dict[str, Any]]) -> list[str]:
    """A story in short: states, daemon lines and game lines as they are; stats by their state."""
    story = []
    for event in events:
        match event["event"], event.get("args", [""])[0]:
            case "stats", text:
                story.append(f"stats {json.loads(text)['state']}")
            case "console output", line:
                daemon = DAEMON.fullmatch(line)
                story.append(daemon[1] if daemon else line)
            case "status", state:
                story.append(f"status {state}")
            case name, text:
                story.append(f"{name} {text}")
    return story


def stats(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [json.loads(event["args"][0]) for event in events if event["event"] == "stats"]


def running(generation: Generation = G12_2) -> tuple[Stage, Caller]:
    stage = Stage(generation=generation)
    stage.run()
    return stage, stage.listener()


@EVERY
def test_check_41_a_start_as_recorded(generation: Generation) -> None:
    caller = Stage(generation=generation).listener()

    caller.say("set state", "start")
    caller.wait(3)

    story = told(caller.heard())
    checking = "Checking server disk space usage, this could take a few seconds..."
    without_stats = [line for line in story if not line.startswith("stats")]
    assert without_stats[:4] == [
        checking.lower() if generation is PELICAN else checking,
        "Updating process configuration files...",
        "Ensuring file permissions are set correctly, this could take a few seconds...",
        "status starting",
    ]
    assert sorted(without_stats[4:6]) == [
        "Finished pulling Docker container image",
        "Pulling Docker container image, this could take a few minutes to complete...",
    ]
    assert without_stats[6:9] == [
        "\x1b[1m\x1b[33mcontainer@pterodactyl~ \x1b[0mMODE=normal sh /game.sh",
        "[boot] loading world (MODE=normal)",
        '\x1b[32m[boot]\x1b[0m level "wörld" loaded',
    ]
    assert sorted(without_stats[9:]) == ['Done (1.234s)! For help, type "help"', "status running"]
    assert story.index("stats starting") > story.index("[boot] loading world (MODE=normal)")
    assert story.count("stats starting") == 2


@EVERY
def test_check_41_the_first_sample_of_a_run_is_empty_and_knows_no_limit(generation: Generation) -> None:
    caller = Stage(generation=generation).listener()

    caller.say("set state", "start")
    caller.wait(2)

    first, second, *_ = stats(caller.heard())
    assert (first["memory_bytes"], first["memory_limit_bytes"]) == (0, 0)
    assert (second["memory_bytes"] > 0, second["memory_limit_bytes"]) == (True, 294_400_000)


@EVERY
def test_check_42_a_restart_while_running_stops_and_starts_under_one_lock(generation: Generation) -> None:
    _, caller = running(generation)

    caller.say("set state", "restart")
    caller.wait(5)

    events = caller.heard()
    story = told(events)
    assert statuses(events) == ["stopping", "offline", "starting", "running"]
    assert story[story.index("status offline") + 1] == "stats offline"
    assert story.index("Updating process configuration files...") > story.index("stats offline")


@EVERY
def test_check_42_a_restart_from_offline_only_starts(generation: Generation) -> None:
    caller = Stage(generation=generation).listener()

    caller.say("set state", "restart")
    caller.wait(5)

    assert statuses(caller.heard()) == ["starting", "running"]


@EVERY
def test_check_43_a_kill_ends_within_ms_and_keeps_the_memory_limit(generation: Generation) -> None:
    _, caller = running(generation)

    caller.say("set state", "kill")
    caller.wait(0.1)

    events = caller.heard()
    zeros = stats(events)[-1]
    assert statuses(events) == ["stopping", "offline"]
    assert told(events)[-2:] == ["status offline", "stats offline"]
    assert (zeros["memory_bytes"], zeros["uptime"], zeros["memory_limit_bytes"]) == (0, 0, 294_400_000)


def test_a_kill_while_the_image_is_pulled_takes_effect_when_the_container_runs() -> None:
    caller = Stage().listener()
    caller.say("set state", "start")
    caller.wait(0.05)

    caller.say("set state", "kill")
    caller.wait(2)

    assert statuses(caller.heard()) == ["starting", "stopping", "offline"]


@EVERY
def test_check_44_a_crash_is_told_by_wings_and_answered_with_a_start(generation: Generation) -> None:
    _, caller = running(generation)

    caller.say("send command", "exit 3")
    caller.wait(5)

    events = caller.heard()
    assert statuses(events) == ["offline", "starting", "running"]
    assert [line for line in told(events) if line != "stats running"][:6] == [
        "exit 3",
        "exiting with 3",
        "status offline",
        "stats offline",
        CRASHED,
        "Exit code: 3",
    ]
    assert "Out of memory: false" in told(events)


@EVERY
def test_check_44_a_second_crash_within_a_minute_stays_offline(generation: Generation) -> None:
    stage, caller = running(generation)
    caller.say("send command", "exit 3")
    caller.wait(50)
    caller.heard()

    caller.say("send command", "oom")
    caller.wait(10)

    story = told(caller.heard())
    assert story[-4:] == [
        CRASHED,
        "Exit code: 137",
        "Out of memory: true",
        "Aborting automatic restart, last crash occurred less than 60 seconds ago.",
    ]
    assert stage.server.state == "offline"


def test_a_refused_restart_does_not_move_the_minute() -> None:
    stage, caller = running()
    caller.say("send command", "exit 3")
    caller.wait(50)
    caller.say("send command", "exit 3")
    caller.wait(5)
    caller.say("set state", "start")
    caller.wait(6)

    caller.say("send command", "exit 3")
    caller.wait(5)

    assert stage.server.state == "running"


@EVERY
def test_check_44_with_detection_off_wings_only_says_so(generation: Generation) -> None:
    stage = Stage(generation=generation, crash_detection=False)
    stage.run()
    caller = stage.listener()

    caller.say("send command", "exit 3")
    caller.wait(5)

    assert told(caller.heard())[-2:] == [
        "stats offline",
        "Aborting automatic restart, crash detection is disabled for this instance.",
    ]


def test_a_clean_exit_that_nobody_asked_for_is_a_crash() -> None:
    _, caller = running()

    caller.say("send command", "exit 0")
    caller.wait(1)

    assert "Exit code: 0" in told(caller.heard())


def test_a_clean_exit_is_silent_where_the_node_does_not_take_it_for_a_crash() -> None:
    stage = Stage(clean_exit_is_crash=False)
    stage.run()
    caller = stage.listener()

    caller.say("send command", "exit 0")
    caller.wait(5)
    clean = told(caller.heard())
    stage.run()
    caller.say("send command", "exit 3")
    caller.wait(1)

    assert (clean[-1], CRASHED in clean) == ("stats offline", False)
    assert CRASHED in told(caller.heard())


@EVERY
def test_check_45_a_start_whose_image_cannot_be_pulled_is_an_error_and_a_crash_that_wings_answers_once(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)
    stage.server.image_missing = True
    caller = stage.listener()

    caller.say("set state", "start")
    caller.wait(5)

    events = caller.heard()
    story = told(events)
    assert statuses(events) == ["starting", "offline", "starting", "offline"]
    assert story[(first := story.index("stats offline")) + 1].endswith(GENERIC)
    assert story[first + 2 : first + 5] == [CRASHED, "Exit code: 1", "Out of memory: false"]
    assert story.index("status starting", first) > first + 4
    assert sorted(story[-5:]) == [
        CRASHED,
        "Aborting automatic restart, last crash occurred less than 60 seconds ago.",
        "Exit code: 1",
        "Out of memory: false",
        "Server crash was detected but an error occurred while handling it.",
    ]


@EVERY
def test_check_45_where_crash_detection_is_off_a_start_that_failed_is_let_be(generation: Generation) -> None:
    stage = Stage(generation=generation, crash_detection=False)
    stage.server.image_missing = True
    caller = stage.listener()

    caller.say("set state", "start")
    caller.wait(5)

    events = caller.heard()
    assert statuses(events) == ["starting", "offline"]
    assert told(events)[-2].endswith(GENERIC)
    assert told(events)[-1] == "Aborting automatic restart, crash detection is disabled for this instance."


def test_an_old_build_tells_stopping_of_a_start_that_failed_and_takes_it_for_no_crash() -> None:
    stage = Stage(generation=G7)
    stage.server.image_missing = True
    caller = stage.listener()

    caller.say("set state", "start")
    caller.wait(5)

    events = caller.heard()
    assert statuses(events) == ["starting", "stopping", "offline"]
    assert told(events)[-1].endswith(GENERIC)
    assert CRASHED not in told(events)


@EVERY
def test_check_46_an_installation_shows_its_output_to_admins_alone(generation: Generation) -> None:
    stage = Stage(generation=generation)
    owner, admin = stage.listener(), stage.listener(permissions=list(ADMIN))

    install(stage.server, [(0.0, "step 1"), (2.0, "step 2")])
    admin.wait(5)

    assert told(owner.heard()) == [
        "install started ",
        "daemon message Starting installation process, this could take a few minutes...",
        "install completed ",
    ]
    assert [line for line in told(admin.heard()) if "output" in line] == [
        "install output step 1",
        "install output step 2",
    ]


@EVERY
def test_check_47_a_backup_is_told_to_those_who_may_read_backups(generation: Generation) -> None:
    stage = Stage(generation=generation)
    owner, watcher = stage.listener(), stage.listener(permissions=["websocket.connect"])

    backup = stage.server.backups.begin("nightly", "test")
    stage.wait(10)

    (event,) = owner.heard()
    told_of = json.loads(event["args"][0])
    assert event["event"] == "backup completed"
    assert (told_of["uuid"], told_of["is_successful"]) == (backup.uuid, True)
    assert set(told_of) == {"uuid", "is_successful", "checksum", "checksum_type", "file_size"}
    assert watcher.heard() == []


@EVERY
def test_check_47_a_restore_is_told_file_by_file(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener(permissions=["websocket.connect"])

    stage.server.backups.restore(["a.txt", "b.txt"], 4.0)
    caller.wait(5)

    assert [line for line in told(caller.heard()) if not line.startswith("stats")] == [
        "status stopping",
        "daemon message (restoring): a.txt",
        "status offline",
        "daemon message (restoring): b.txt",
        "daemon message Completed server restoration from local backup.",
        "backup restore completed ",
    ]


@EVERY
def test_check_47_during_a_restore_a_socket_is_refused_as_for_a_suspension_where_that_is_so(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)
    stage.server.backups.restore(["a.txt"], 10.0)

    during = stage.caller().close
    stage.wait(11)

    looks_suspended = generation in (G12, G12_2, PELICAN)
    assert during == ((4409, "server is suspended") if looks_suspended else None)
    assert stage.caller().close is None
