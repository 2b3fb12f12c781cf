"""What no game of a rule's servers can do or tell: offline by their packs, online by the servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.configuration.load import Configuration, load_configuration
from automaton.configuration.online import check_online
from automaton.problem import Problem
from tests.configuration.test_online import seen

SETTINGS = """\
panels: {main: {url: 'https://x', keys: [{env: KEY}]}}
channels: {ops: {urls: [{env: OPS}]}}
limits: {arm: live, allow: {send: '*'}}
"""
NOTIFY = "do: [{notify: ops, text: up}]"


def loaded(folder: Path, rule: str, more: str = "") -> tuple[Configuration, list[Problem]]:
    (folder / "automaton.yml").write_text(SETTINGS + more)
    (folder / "rules.d").mkdir()
    (folder / "rules.d" / "one.yml").write_text(f"rules:\n  - {{id: one, {rule}}}\n")
    found = load_configuration(folder / "automaton.yml", {"KEY": "ptlc_x", "OPS": "json://127.0.0.1"})
    return found.or_raise(), found.problems


@pytest.mark.parametrize(
    ("rule", "code", "said"),
    [
        ("when: {event: crash}, do: [{say: hi}]", "cannot-do", "`valheim` has no `say`"),
        ("when: {event: crash}, do: [{countdown: 5m, say: hi}]", "cannot-do", "has no `say`"),
        ("when: {event: crash}, do: [{if: 'memory_pct > 90', do: [save]}]", "cannot-do", "has no `save`"),
        (f"when: {{event: hang}}, {NOTIFY}", "never-comes", "`valheim` has no event `hang`"),
        (f"when: {{any: [{{event: crash}}, {{event: hang}}]}}, {NOTIFY}", "never-comes", "event `hang`"),
        (f"when: {{event: [hang, lag]}}, {NOTIFY}", "never-comes", "event `hang`, `lag`"),
    ],
)
def test_what_the_rules_only_game_cannot_is_told(tmp_path: Path, rule: str, code: str, said: str) -> None:
    _, (problem,) = loaded(tmp_path, f"servers: {{pack: valheim}}, {rule}")

    assert (problem.severity, problem.code, problem.line) == ("warning", code, 2)
    assert said in problem.message


@pytest.mark.parametrize(
    "rule",
    [
        "when: {event: crash}, do: [{say: hi}, save]",
        "servers: {pack: [valheim, rust]}, when: {event: crash}, do: [{say: hi}]",
        "servers: {pack: valheim}, when: {event: crash}, do: [probe, {countdown: 5m}]",
        f"servers: {{pack: valheim}}, when: {{event: [hang, crash]}}, {NOTIFY}",
        f"servers: {{pack: valheim}}, when: {{event: ready}}, {NOTIFY}",
        "servers: {pack: valheim}, arm: off, when: {event: crash}, do: [{say: hi}]",
    ],
)
def test_what_one_of_the_rules_games_can_is_right(tmp_path: Path, rule: str) -> None:
    assert loaded(tmp_path, rule)[1] == []


def test_on_servers_of_which_none_can_it_is_told_with_their_names(tmp_path: Path) -> None:
    configuration, problems = loaded(tmp_path, "when: {event: hang}, do: [{say: hi}]")

    (said, heard) = check_online(configuration, [seen("v", egg="Valheim")])
    assert problems == []
    assert {one.code for one in (said, heard)} == {"cannot-do", "never-comes"}
    assert all("on v (id-v)" in one.message for one in (said, heard))
    assert check_online(configuration, [seen("v", egg="Valheim"), seen("p")]) == []


def test_what_load_has_told_is_not_told_again_of_the_servers(tmp_path: Path) -> None:
    configuration, _ = loaded(tmp_path, "servers: {pack: valheim}, when: {event: crash}, do: [{say: hi}]")

    assert check_online(configuration, [seen("v", egg="Valheim")]) == []


def test_a_probe_may_be_made_over_the_network_where_automaton_yml_says_how(tmp_path: Path) -> None:
    rule = "servers: {pack: wings}, when: {event: crash}, do: [probe]"

    _, problems = loaded(tmp_path, rule, "query: [{servers: {pack: wings}, protocol: a2s, port: 27015}]\n")
    assert problems == []


def test_a_probe_of_a_game_that_nobody_can_ask_is_told(tmp_path: Path) -> None:
    _, (problem,) = loaded(tmp_path, "servers: {pack: wings}, when: {event: crash}, do: [probe]")

    assert (problem.code, "`wings` has no `probe`" in problem.message) == ("cannot-do", True)
