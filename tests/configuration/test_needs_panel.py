"""Steps that a Panel does are told where all servers are watched without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.configuration.load import load_configuration
from automaton.problem import Problem

NODE = "uuid: u\ntoken: abcdefgh\nremote: https://panel.test\napi: {host: 0.0.0.0, port: 8080}\n"
DIRECT = "nodes: {edge-1: {config: {file: config.yml}}}\n"
PANEL = "panels: {main: {url: 'https://x', keys: [{env: KEY}]}}\n"
ALLOW = "limits: {allow: {power: [reinstall, stop], files: ['*'], startup: ['*']}}\n"


def problems(folder: Path, settings: str, step: str, arm: str = "live") -> list[Problem]:
    (folder / "config.yml").write_text(NODE)
    (folder / "automaton.yml").write_text(settings + ALLOW)
    (folder / "rules.d").mkdir()
    rule = f"{{id: one, arm: {arm}, when: {{state: any -> offline}}, cooldown: 1h, do: [{step}]}}"
    (folder / "rules.d" / "one.yml").write_text(f"rules:\n  - {rule}\n")
    found = load_configuration(folder / "automaton.yml", {"KEY": "ptlc_x"}).problems
    return [one for one in found if one.code == "needs-panel"]


STEPS = ["{backup: a}", "{files: {delete: a}}", "{startup: {A: b}}", "reinstall"]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_always_fails_is_a_warning_at_its_place(tmp_path: Path, step: str) -> None:
    (problem,) = problems(tmp_path, DIRECT, step)

    assert (problem.severity, problem.line) == ("warning", 2)
    assert "a Panel does that" in problem.message


@pytest.mark.parametrize("settings", [PANEL, PANEL + DIRECT])
def test_with_a_panel_nobody_knows_and_online_tells(tmp_path: Path, settings: str) -> None:
    assert problems(tmp_path, settings, "reinstall") == []


def test_a_rule_that_is_off_and_a_step_of_wings_need_none(tmp_path: Path) -> None:
    assert problems(tmp_path, DIRECT, "reinstall", arm="off") == []


def test_power_needs_none(tmp_path: Path) -> None:
    assert problems(tmp_path, DIRECT, "{power: stop}") == []
