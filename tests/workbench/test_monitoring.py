"""What ships for Prometheus and Grafana is printed as it is."""

from __future__ import annotations

import json

import pytest
import yaml

from automaton.workbench.monitoring import monitoring, text_of


def test_what_is_printed_can_be_put_into_a_file_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert monitoring("prometheus") == 0
    rules = capsys.readouterr().out
    assert monitoring("grafana") == 0
    dashboard = capsys.readouterr().out

    assert (rules, dashboard) == (text_of("prometheus"), text_of("grafana"))
    assert "groups" in yaml.safe_load(rules)
    assert json.loads(dashboard)["title"] == "automaton"
