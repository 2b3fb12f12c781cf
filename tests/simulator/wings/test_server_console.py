from __future__ import annotations

from tests.simulator.stage import Stage, console


def test_an_empty_line_is_kept_and_not_sent() -> None:
    stage = Stage()
    stage.run()
    caller = stage.listener()
    before = len(stage.server.console.recent_lines())

    stage.server.console.print("")
    stage.server.console.print("after it")

    assert console(caller.heard()) == ["after it"]
    assert stage.server.console.recent_lines()[before:] == ["", "after it"]


def test_a_flood_is_cut_and_said_to_be_cut_once_and_kept_all_the_same() -> None:
    stage = Stage()
    stage.run()
    caller = stage.listener()

    for number in range(2010):
        stage.server.console.print(f"line {number}")

    heard = console(caller.heard())
    throttling = [line for line in heard if "too quickly" in line]
    assert (len(heard), len(throttling)) == (2001, 1)
    assert stage.server.console.recent_lines()[-1] == "line 2009"


def test_a_new_run_begins_with_its_startup_command() -> None:
    stage = Stage()
    stage.run()
    stage.server.power.request("restart", "test", lambda cause: None)
    stage.wait(5)

    assert stage.server.console.recent_lines()[0].endswith(stage.server.build.egg.startup)
