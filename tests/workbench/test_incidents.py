"""What is open is listed, and acknowledged, harmlessly for a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.web.routes.incidents import IncidentRow
from automaton.workbench.incidents import LAYOUT, ack, incidents
from tests.workbench.desk import desk_at


def test_open_incidents_are_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_at(tmp_path) as (config, _):
        codes = [incidents(config, as_json=False), incidents(config, as_json=True)]
    *lines, as_json = capsys.readouterr().out.splitlines()

    assert codes == [0, 0]
    assert lines == [
        "RULE  NAME   SEVERITY  OPEN FOR  ACKED  RUN  HELD",
        "down  arena  critical  1m 5s     no     -",
    ]
    assert [one["rule"] for one in json.loads(as_json)["incidents"]] == ["down"]


def test_a_row_says_its_step_and_what_holds_it() -> None:
    row = IncidentRow(
        rule="a", server="u", name="x" * 99, severity="info", open_for=5.0, acked=True,
        step="wait (2 of 3), waits for its time", held=["in shadow", "silenced: n\x1b[2J"],
    )  # fmt: skip
    line = LAYOUT.lines([row])[1]

    assert line.endswith("yes    wait (2 of 3), waits for its time  in shadow; silenced: n")
    assert len(line) < 140


def test_an_acknowledgement_is_told_and_one_of_nothing_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desk_at(tmp_path) as (config, desk):
        codes = [
            ack(config, "down", None, as_json=False),
            ack(config, "player", "lobby/Steve", as_json=False),
            ack(config, "hot", "eu-1", as_json=False),
        ]
    out, err = capsys.readouterr()

    assert codes == [0, 0, 1]
    assert desk.heard == ["ack down ", "ack player u-1/Steve", "ack hot node:eu-1"]
    assert out.splitlines() == ["down for arena is acknowledged"] * 2
    assert err == "hot has no open incident there\n"
