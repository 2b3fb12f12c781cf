"""A start asks the Panel first: what becomes of it while the Panel does not answer."""

from __future__ import annotations

import pytest

from automaton.simulator.wings.config_sync import PanelAnswer
from automaton.simulator.wings.generation import Generation
from tests.simulator.generations import EVERY
from tests.simulator.stage import ADMIN, GENERIC, Stage, console, statuses

DOWN = PanelAnswer(502)
HANDLING = "Server crash was detected but an error occurred while handling it."


def errors(stage: Stage) -> list[tuple[float, str]]:
    """The causes of what was refused, each with its second; filled as time passes."""
    told: list[tuple[float, str]] = []
    began = stage.schedule.now.mono
    stage.server.power.request(
        "start", "test", lambda cause: told.append((stage.schedule.now.mono - began, cause))
    )
    return told


@EVERY
def test_with_the_panel_down_a_start_fails_before_anything_is_told(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.panel_answer = DOWN
    owner, admin = stage.listener(), stage.listener(permissions=list(ADMIN))

    owner.say("set state", "start")
    admin.wait(40)

    (event,) = [one for one in owner.heard() if not one["event"].startswith("token")]
    assert (event["event"], event["args"][0].endswith(GENERIC)) == ("daemon error", True)
    assert admin.heard() == []
    assert stage.server.state == "offline"


def test_an_administrator_is_told_that_the_panel_did_not_answer() -> None:
    stage = Stage()
    stage.panel_answer = DOWN
    admin = stage.listener(permissions=list(ADMIN))

    admin.say("set state", "start")
    admin.wait(30)

    (event,) = admin.heard()
    assert "unable to sync server data from Panel instance" in event["args"][0]
    assert "(HTTP/502)" in event["args"][0]


def test_wings_asks_for_half_a_minute_before_it_gives_a_start_up() -> None:
    stage = Stage()
    stage.panel_answer = DOWN
    told = errors(stage)

    stage.wait(27)
    before = (list(told), stage.server.power.is_acting)
    stage.wait(1)

    assert before == ([], True)
    assert [round(second) for second, _ in told] == [27]
    assert not stage.server.power.is_acting


def test_a_panel_that_is_back_within_half_a_minute_finds_the_start_still_waiting() -> None:
    stage = Stage()
    stage.panel_answer = DOWN
    told = errors(stage)

    stage.wait(10)
    stage.panel_answer = PanelAnswer()
    stage.wait(10)

    assert (told, stage.server.state) == ([], "running")


@pytest.mark.parametrize(
    ("panel_answer", "second", "cause"),
    [
        (PanelAnswer(403), 0, "(HTTP/403)"),
        (PanelAnswer(seconds=60), 30, "context deadline exceeded"),
        (PanelAnswer(502, seconds=20), 41, "(HTTP/502)"),  # the second question was asked in time
    ],
    ids=["refused", "silent", "slow and down"],
)
def test_how_long_a_start_asks_depends_on_the_answer(
    panel_answer: PanelAnswer, second: int, cause: str
) -> None:
    stage = Stage()
    stage.panel_answer = panel_answer
    told = errors(stage)

    stage.wait(60)

    assert [(round(at), text.endswith(cause)) for at, text in told] == [(second, True)]


def test_a_slow_panel_makes_a_slow_start() -> None:
    stage = Stage()
    stage.panel_answer = PanelAnswer(seconds=20)
    told = errors(stage)

    stage.wait(19)
    before = stage.server.state
    stage.wait(10)

    assert (before, stage.server.state, told) == ("offline", "running", [])


@EVERY
def test_with_the_panel_down_a_restart_stops_the_game_and_does_not_start_it(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()
    stage.panel_answer = DOWN

    caller.say("set state", "restart")
    caller.wait(120)

    events = caller.heard()
    assert statuses(events) == ["stopping", "offline"]
    assert [event["event"] for event in events if "error" in event["event"]] == ["daemon error"]
    assert stage.server.state == "offline"


def test_with_the_panel_down_wings_does_not_restart_what_crashed_and_says_so() -> None:
    stage = Stage()
    stage.run()
    caller = stage.listener()
    stage.panel_answer = DOWN

    caller.say("send command", "exit 3")
    caller.wait(40)

    events = caller.heard()
    assert statuses(events) == ["offline"]
    assert HANDLING in console(events)[-1]


def test_a_game_that_runs_minds_no_panel() -> None:
    stage = Stage()
    stage.run()
    caller = stage.listener()
    stage.panel_answer = DOWN

    caller.say("set state", "stop")
    caller.wait(5)

    assert statuses(caller.heard()) == ["stopping", "offline"]


def test_who_waits_for_the_lock_of_a_start_that_fails_is_told_of_his_own_failure_alone() -> None:
    stage = Stage()
    stage.panel_answer = DOWN
    first = errors(stage)
    second: list[str] = []
    stage.server.power.request("start", "test", second.append, wait=30.0)

    stage.wait(28)
    after_the_first = (len(first), list(second))
    stage.wait(30)

    assert after_the_first == (1, [])
    assert (len(first), len(second)) == (1, 1)
