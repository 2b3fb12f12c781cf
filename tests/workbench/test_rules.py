"""Rules are listed in numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.web.routes.rules import RuleRow
from automaton.workbench.rules import LAYOUT, rules
from tests.workbench.desk import desk_at


def test_rules_are_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_at(tmp_path) as (config, _):
        codes = [rules(config, as_json=False), rules(config, as_json=True)]
    *lines, as_json = capsys.readouterr().out.splitlines()

    assert codes == [0, 0]
    assert lines[:3] == [
        "RULE    ARM   BY                   SERVERS  OPEN  FIRED  VERDICTS",
        "down    live  server               2        1     3      90 not_true, 3 fired",
        "hot     live  node                 2        1     3      90 not_true, 3 fired",
    ]
    assert [one["id"] for one in json.loads(as_json)["rules"]] == ["down", "hot", "all", "player"]


def test_only_the_verdicts_that_came_most_are_shown() -> None:
    row = RuleRow(
        id="a", arm="off", by="server", severity="info", servers=0, open=0, fired=0,
        counted={f"v{number}": number for number in range(9)},
    )  # fmt: skip

    assert LAYOUT.lines([row])[1].endswith("8 v8, 7 v7, 6 v6, 5 v5")
