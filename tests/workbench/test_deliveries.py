"""What waits at each target is shown, tried again, and foretold; slips are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.workbench.deliveries import deliveries, retry, route
from tests.workbench.desk import desk_at


def test_targets_are_listed_harmlessly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_at(tmp_path) as (config, _):
        code = deliveries(config, as_json=False)
    head, first, second = capsys.readouterr().out.splitlines()

    assert code == 0
    assert head.split()[:4] == ["TARGET", "WAITING", "OLDEST", "NEXT"]
    assert first.split()[:9] == ["ops/1", "3", "1m", "5s", "5s", "2", "7", "4", "1"]
    assert "\x1b" not in first
    assert second.split() == ["ops/2", "0", "-", "-", "0", "0", "0", "0", "-"]


def test_targets_are_listed_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_at(tmp_path) as (config, _):
        deliveries(config, as_json=True)

    (first, _) = json.loads(capsys.readouterr().out)["deliveries"]
    assert (first["target"], first["waiting"], first["oldest"]) == ("ops/1", 3, 65.0)


def test_a_retry_says_what_is_tried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_at(tmp_path) as (config, desk):
        code = retry(config, "ops", as_json=False)

    assert (code, desk.heard) == (0, ["retry ops"])
    assert capsys.readouterr().out.splitlines() == ["ops/1: 3 tried now", "ops/2: nothing waits"]


def test_a_retry_of_no_target_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_at(tmp_path) as (config, _):
        code = retry(config, "opps", as_json=False)

    assert code == 1
    assert "`automaton deliveries` shows them" in capsys.readouterr().err


def test_a_route_says_where_when_and_with_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_at(tmp_path) as (config, desk):
        code = route(config, "down", "lobby", as_json=False)
    _, *rows = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]

    assert (code, desk.heard) == (0, ["route down u-1"])
    assert rows == [
        "do ops warning ops/1 in 30s rule down -",
        "do ops info ops/2 in 2h the digest 2 more",
        "on_clear oncall warning - not sent - - not sent: too quiet",
        "escalate after 15m ops critical ops/1 at once - -",
    ]


def test_a_rule_that_notifies_nobody_and_one_that_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desk_at(tmp_path) as (config, _):
        codes = [route(config, "hot", "eu-1", as_json=False), route(config, "dwn", "lobby", as_json=False)]

    assert codes == [0, 1]
    assert capsys.readouterr().err.splitlines() == [
        "hot notifies nobody",
        "no rule is called `dwn`, did you mean `down`?",
    ]


def test_without_a_daemon_nobody_is_asked(tmp_path: Path) -> None:
    (tmp_path / "automaton.yml").write_text("state: state\n")

    assert deliveries(tmp_path / "automaton.yml", as_json=False) == 3
