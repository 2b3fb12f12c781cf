"""`automaton monitoring`: each word prints the file that ships for it."""

from __future__ import annotations

import json

import pytest
import typer
import yaml

from automaton.cli.monitoring import run


def printed(of: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(typer.Exit) as ended:
        run(of)  # type: ignore[arg-type] # one of its words
    assert ended.value.exit_code == 0
    return capsys.readouterr().out


def test_rules_are_printed_for_prometheus(capsys: pytest.CaptureFixture[str]) -> None:
    groups = yaml.safe_load(printed("prometheus", capsys))["groups"]

    assert {rule["alert"] for group in groups for rule in group["rules"]} >= {"AutomatonMessagesWait"}


def test_a_dashboard_is_printed_for_grafana(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(printed("grafana", capsys))["panels"]
