"""A drill is told step by step, and its exit code says whether all of it arrived."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.web.routes.drills import DrillRow
from automaton.web.routes.explain import CallRow
from automaton.workbench.drill import drill, row_lines
from tests.workbench.desk import desk_at


def test_each_step_is_told_with_what_came_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_at(tmp_path) as (config, desk):
        code = drill(config, "down", "lobby", for_real=False, as_json=False)

    assert (code, desk.heard) == (0, ["drill down u-1 False"])
    assert capsys.readouterr().out.splitlines() == [
        "drill of down for arena: messages are sent, and nothing else is done",
        "  a drill begins by uid 0",
        "  notify ops: arena: done (#12ab)",
        "  power restart: this would be done",
        "  2s  after 5m: notify boss: x: done",
        "  2s  the run came to its end",
        "3 more are not shown; the log has them",
    ]


def test_a_message_that_no_channel_took_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desk_at(tmp_path) as (config, desk):
        code = drill(config, "player", "lobby", for_real=True, as_json=True)
    (line,) = capsys.readouterr().out.splitlines()

    assert (code, desk.heard) == (1, ["drill player u-1 True"])
    assert json.loads(line)["is_over"] is True


@pytest.mark.parametrize(
    "verdict", ["failed", "refused", "gone", "overtaken", "withdrawn", "silenced", "shadow"]
)
def test_one_that_did_not_do_all_of_it_is_a_failure(tmp_path: Path, verdict: str) -> None:
    with desk_at(tmp_path) as (config, desk):
        desk.drill_ends = verdict
        code = drill(config, "down", "lobby", for_real=True, as_json=False)

    assert code == 1


@pytest.mark.parametrize(
    ("rule", "server", "problem"),
    [
        ("dwn", "lobby", "no rule is called `dwn`, did you mean `down`?"),
        ("down", "loby", "no server is called `loby`, did you mean `lobby`?"),
        ("all", "fleet", "a drill of this rule is going on there: wait until it is over"),
        ("hot", "eu-1", "there is no such rule, or nothing of that key for it to look at"),
    ],
)
def test_what_cannot_be_drilled_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rule: str, server: str, problem: str
) -> None:
    with desk_at(tmp_path) as (config, _):
        code = drill(config, rule, server, for_real=False, as_json=False)

    assert (code, capsys.readouterr().err.strip()) == (1, problem)


def test_a_call_that_is_held_says_by_what() -> None:
    row = DrillRow(
        age=0.0, verdict="on_hold", sentence="held by `automaton hold`, as every action is", detail="moving",
        calls=[CallRow(verb="send", what="list", asked=False)],
    )  # fmt: skip

    assert list(row_lines(row)) == ["  send list: held by `automaton hold`, as every action is: moving"]
