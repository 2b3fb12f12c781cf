"""Checks 51 to 53: what output looks like on the wire, and the socket itself."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from automaton.simulator.wings.generation import Generation
from automaton.simulator.wings.outbound_frame import OutboundFrame
from tests.simulator.generations import BUT_N_DEV, EVERY, ONLY_N_DEV, ONLY_PELICAN
from tests.simulator.stage import Stage, console
from tests.simulator.toy import TOY


@EVERY
@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("nul", ['nul [\0] bell [\a] tab [\t] quote ["] back [\\] html [<&>] ls [\u2028]']),
        ("bytes", ["bad \ufffd\ufffd utf8 \ufffd"]),
        ("blank", ["  ", "after blanks"]),
        ("cr", ["progress 10%\rprogress 50%\rprogress 100%"]),
        ("spacecr", ["one\r\ntwo"]),
        ("long 70000", ["x" * 65536, "x" * 368, "long end"]),
        ("", ["Unknown command: []"]),
    ],
)
def test_check_51_lines_arrive_as_wings_sends_them(
    generation: Generation, command: str, lines: list[str]
) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()

    caller.say("send command", command)

    echo = [command] if command else []
    assert console(caller.heard()) == echo + lines


@EVERY
def test_check_51_what_could_end_a_script_is_escaped_on_the_wire(generation: Generation) -> None:
    text = OutboundFrame("console output", "<&>\u2028\0\a").text()

    assert text == '{"event":"console output","args":["\\u003c\\u0026\\u003e\\u2028\\u0000\\u0007"]}\n'


def test_a_line_without_its_end_waits_for_it() -> None:
    stage = Stage()
    stage.run()
    caller = stage.listener()

    caller.say("send command", "partial")
    caller.wait(2)
    before = console(caller.heard())
    caller.wait(2)

    assert (before, console(caller.heard())) == (["partial"], ["no newline yet> now"])


def test_more_than_2000_lines_in_100_ms_are_dropped_and_one_line_says_so() -> None:
    stage = Stage()
    stage.run()
    caller = stage.listener()

    caller.say("send command", "flood 5000")

    lines = console(caller.heard())
    assert len(lines) == 2001
    assert "Server is outputting console data too quickly -- throttling..." in lines[-1]


@BUT_N_DEV
def test_check_52_a_slow_reader_loses_lines_and_states_and_learns_the_truth_by_asking(
    generation: Generation,
) -> None:
    """And while it does not read, everyone else gets the lines at 8 ms each."""
    stage = Stage(generation=generation)
    stage.run()
    caller, other = stage.listener(), stage.listener()
    assert stage.server.container is not None
    for number in range(12):
        for line in range(1000):
            stage.server.container.print(f"{number * 1000 + line:05} " + "x" * 1000)
        other.wait(0.2)
    at_once = len(console(other.heard()))
    stage.server.power.request("kill", "test", lambda cause: None)
    others = []
    for _ in range(20):
        other.wait(5)
        others += console(other.heard())

    events = caller.heard()
    caller.say("send stats")
    *late, stats = caller.heard()

    lines = [line for line in console(events + late) if line.endswith("x")]
    assert at_once + len(others) == 12_000
    assert at_once < 1500
    assert len(lines) < 2000
    assert lines == sorted(lines)
    assert lines[-1].startswith("11999")
    assert [event["event"] for event in events if event["event"] == "status"] == []
    assert '"state":"offline"' in stats["args"][0]


@EVERY
def test_check_53_a_ping_is_answered_at_once_and_the_server_never_pings(generation: Generation) -> None:
    caller = Stage(generation=generation).listener()

    caller.ping(b"are you there")
    caller.wait(300)

    assert caller.pongs == [b"are you there"]


@EVERY
def test_check_53_a_close_is_echoed_with_its_code_and_no_reason(generation: Generation) -> None:
    caller = Stage(generation=generation).listener()

    caller.leave(1000)

    assert (caller.close, caller.connection.closed, caller.connection.aborted) == ((1000, ""), True, False)


@ONLY_N_DEV
def test_check_52_n_dev_drops_who_does_not_read_for_ten_seconds(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()
    assert stage.server.container is not None

    for _ in range(1500):
        stage.server.container.print("x" * 1000)
    stage.wait(9)
    still_open = not caller.connection.closed
    stage.wait(1.1)

    assert (still_open, caller.connection.closed, caller.close) == (True, True, None)


@ONLY_PELICAN
def test_pelican_tells_what_a_line_means_for_its_panel(generation: Generation) -> None:
    stage = Stage(generation=generation, egg=replace(TOY, features=("eula", "pid_limit")))
    stage.run()
    caller = stage.listener()
    assert stage.server.container is not None
    line = "[12:00:00 INFO]: You need to agree to the EULA in order to run the server. Go to eula.txt"

    stage.server.container.print(line)
    stage.server.container.print("all is well")

    matched = [event["args"][0] for event in caller.heard() if event["event"] == "feature match"]
    assert [json.loads(text) for text in matched] == [
        {"key": "eula", "pattern": "you need to agree to the eula in order to run the server", "line": line}
    ]
