"""`explain` and `why-not` ask the daemon about the key that is meant, and print it harmlessly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.workbench.explain import explain, why_not
from tests.workbench.desk import desk_at
from tests.workbench.trails import with_trail


def test_a_rule_and_a_server_are_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_at(tmp_path) as (config, desk):
        code = explain(config, "down", "2", as_json=False)

    assert (code, desk.heard) == (0, ["explain down u-2"])
    assert capsys.readouterr().out.splitlines() == [
        "down is idle for arena",
        "  live, warning, set off by `while`",
        "what holds it:",
        "  the expression is false",
    ]


def test_why_not_says_the_first_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_at(tmp_path) as (config, desk):
        code = why_not(config, "hot", "eu-2", as_json=False)

    assert (code, desk.heard) == (0, ["explain hot node:eu-2"])
    assert capsys.readouterr().out.splitlines() == [
        "hot does not fire for arena: the expression is false",
    ]


def test_json_is_the_same_for_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_at(tmp_path) as (config, _):
        codes = [
            explain(config, "down", "lobby", as_json=True),
            why_not(config, "down", "lobby", as_json=True),
        ]
    first, second = map(json.loads, capsys.readouterr().out.splitlines())

    assert codes == [0, 0]
    assert first == second
    assert [one["reasons"][0]["verdict"] for one in first["explanations"]] == ["not_true"]


def test_an_unknown_rule_or_server_is_told_and_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desk_at(tmp_path) as (config, _):
        codes = [
            explain(config, "dwn", "lobby", as_json=False),
            why_not(config, "down", "loby", as_json=False),
        ]

    assert codes == [1, 1]
    assert capsys.readouterr().err.splitlines() == [
        "no rule is called `dwn`, did you mean `down`?",
        "no server is called `loby`, did you mean `lobby`?",
    ]


def test_what_the_daemon_does_not_remember_is_read_from_the_trail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desk_at(tmp_path) as (config, _):
        with_trail(tmp_path)
        code = explain(config, "down", "lobby", as_json=True)
    (one,) = json.loads(capsys.readouterr().out)["explanations"]

    assert code == 0
    assert [(entry["verdict"], entry["cause"]) for entry in one["fired"]] == [
        ("fired", "state: offline"),
        ("acting", ""),
    ]
    assert one["fired"][1]["calls"] == [
        {"verb": "notify", "what": "ops: lobby\x1b[2J is down", "asked": True, "result": "failed",
         "detail": "nobody answers"},
    ]  # fmt: skip


def test_a_trail_that_cannot_be_read_is_told_and_the_rest_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desk_at(tmp_path) as (config, _):
        (tmp_path / "state" / "journal.db").write_text("no journal" * 500)
        code = explain(config, "down", "lobby", as_json=False)
    out, err = capsys.readouterr()

    assert (code, out.splitlines()[0]) == (0, "down is idle for arena")
    assert err.startswith("what was decided before the daemon's start cannot be read: ")
