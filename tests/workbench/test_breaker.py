"""Breakers that tripped are listed, and rules put to work again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.workbench.breaker import breakers, reset
from tests.workbench.desk import desk_at


def test_breakers_are_listed_with_what_resets_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desk_at(tmp_path) as (config, _):
        codes = [breakers(config, as_json=False), breakers(config, as_json=True)]
    *lines, as_json = capsys.readouterr().out.splitlines()

    assert codes == [0, 0]
    assert lines == [
        "RULE  NAME   TRIPPED    RESETS",
        "down  lobby  1m 5s ago  by `automaton breaker reset`",
        "down  arena  5s ago     in 1m",
    ]
    assert len(json.loads(as_json)["breakers"]) == 2


def test_a_rule_works_again_and_one_that_did_not_trip_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desk_at(tmp_path) as (config, desk):
        codes = [
            reset(config, "down", "lobby", as_json=False),
            reset(config, "hot", None, as_json=False),
        ]
    out, err = capsys.readouterr()

    assert (codes, desk.heard) == ([0, 1], ["reset down u-1", "reset hot "])
    assert (out, err) == ("down works again for lobby\n", "the breaker of hot has not tripped\n")
