"""What a start can miss, and what that does to a restart and to a server that is gone meanwhile."""

from __future__ import annotations

from automaton.simulator.wings.config_sync import PanelAnswer
from automaton.simulator.wings.start_sequence import FULL, SUSPENDED, Lack
from tests.simulator.stage import Stage, statuses


def told(stage: Stage) -> list[str]:
    """Has it started; the causes of its refusal, as time passes."""
    causes: list[str] = []
    stage.server.power.request("start", "test", causes.append)
    return causes


def test_a_restart_that_misses_the_panel_stops_the_game_and_leaves_it_offline_once() -> None:
    stage = Stage()
    stage.run()
    caller = stage.listener()
    stage.server.power.lack = Lack.PANEL

    caller.say("set state", "restart")
    caller.wait(60)
    first = statuses(caller.heard())
    stage.run()
    caller.heard()
    caller.say("set state", "restart")
    caller.wait(5)

    assert first == ["stopping", "offline"]
    assert statuses(caller.heard()) == ["stopping", "offline", "starting", "running"]


def test_a_restart_that_misses_its_image_is_a_crash_which_wings_itself_mends() -> None:
    stage = Stage()
    stage.run()
    caller = stage.listener()
    stage.server.power.lack = Lack.IMAGE

    caller.say("set state", "restart")
    caller.wait(10)

    assert statuses(caller.heard()) == ["stopping", "offline", "starting", "offline", "starting", "running"]


def test_a_start_uses_up_nothing_of_what_the_next_restart_will_miss() -> None:
    stage = Stage()
    stage.server.power.lack = Lack.PANEL

    causes = told(stage)
    stage.wait(5)

    assert (causes, stage.server.state, stage.server.power.lack) == ([], "running", Lack.PANEL)


def test_the_panel_is_asked_before_it_is_known_that_the_server_is_suspended() -> None:
    stage = Stage()
    stage.server.suspended = True
    stage.panel_answer = PanelAnswer(404)
    without_the_panel = told(stage)
    stage.panel_answer = PanelAnswer()
    with_it = told(stage)

    assert "unable to sync" in without_the_panel[0]
    assert with_it == [SUSPENDED]


def test_a_full_disk_fails_a_start_before_it_is_told_as_one() -> None:
    stage = Stage()
    stage.server.meter.disk = stage.server.build.disk << 20
    caller = stage.listener()

    causes = told(stage)
    caller.wait(5)

    assert (causes, statuses(caller.heard())) == ([FULL], [])


def test_nothing_runs_of_a_server_that_was_deleted_while_it_started() -> None:
    stage = Stage()
    told(stage)
    stage.wait(0.1)

    stage.node.delete(stage.server.build.uuid)
    stage.wait(5)

    assert stage.server.container is None


def test_a_kill_of_a_start_that_fails_is_not_kept_for_the_next() -> None:
    stage = Stage(crash_detection=False)
    stage.server.image_missing = True
    told(stage)
    stage.wait(0.1)
    stage.server.power.request("kill", "test", lambda cause: None)
    stage.wait(5)
    stage.server.image_missing = False

    stage.run()

    assert stage.server.state == "running"
