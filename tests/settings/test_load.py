"""automaton.yml becomes checked settings, or every reason why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.arm import Arm
from automaton.core.calls import Severity
from automaton.core.gates.limits import Budget
from automaton.secret import Secret
from automaton.settings.load import load
from tests.settings.stage import PANEL, RIGHT, Folder


def test_a_right_file_becomes_settings(folder: Folder) -> None:
    checked = folder.load(RIGHT)

    assert checked.problems == []
    settings = checked.settings
    assert settings is not None
    assert settings.panels["main"].url == "https://panel.example.org"
    assert settings.panels["main"].keys == (Secret("ptlc_key"),)
    assert settings.channels["oncall"].urls == (Secret("tgram://token/chat"),)
    assert settings.channels["oncall"].min_severity is Severity.CRITICAL
    assert settings.channels["ops"].rate == Budget(20, 60.0)
    assert settings.limits.arm is Arm.SHADOW
    assert settings.rules == folder.path / "rules.d"
    assert settings.state == Path("/var/lib/automaton")


def test_what_is_not_written_has_its_default(folder: Folder) -> None:
    settings = folder.load(PANEL).settings

    assert settings is not None
    assert (settings.limits.arm, settings.limits.settle) == (Arm.SHADOW, 0.0)
    assert settings.rules == folder.path / "rules.d"
    assert settings.panels["main"].refresh == 300.0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("heartbeat: {}", "missing-key"),
        ("heartbeat: {url: {credential: heartbeat}, every: 5}", "duration"),
        ("nodes: {edge: {}}", "missing-key"),
        ("nodes: {edge: {config: {credential: lost}}}", "unreadable-secret"),
        ("nodes: {edge: {config: {credential: wings_config}, address: edge}}", "url"),
        ("nodes: {edge: {config: {credential: wings_config}, servers: [{egg: Paper}]}}", "missing-key"),
        ("nodes: {main: {config: {credential: wings_config}}}", "two-of-a-name"),
        ("listen: {http: 9532}", "address"),
        ('listen: {http: "127.0.0.1:99999"}', "address"),
        ("http: {a: {url: ftp://status.example.org}}", "url"),
        ("http: {a: {url: https://me:pass@status.example.org}}", "url"),
        ("http: {a: {url: {credential: panel_key}}}", "url"),
        ("http: {a: {url: https://s.example.org, headers: {Host: a}}}", "header"),
        ('http: {a: {url: https://s.example.org, headers: {"X Y": a}}}', "header"),
        ("exec: {a: {argv: rotate}}", "program"),
        ("exec: {a: {argv: []}}", "empty-list"),
        ("exec: {a: {argv: /bin/true, timeout: 2h}}", "duration"),
        ('hooks: {a: {}}\nlisten: {http: "127.0.0.1:9532"}', "missing-key"),
        ("limits: {hold_power_if: memory_pct > 90}", "expression"),
        ("limits: {hold_power_if: total}", "expression"),
        ("channels: {a: {urls: {credential: discord_ops}, group_by: [rul]}}", "group-by"),
        ('channels: {a: {urls: {credential: discord_ops}, group_by: ["...", rule]}}', "group-by"),
        ("channels: {a: {urls: {credential: discord_ops}, group_by: {rule: node}}}", "group-by"),
        ("channels: {a: {urls: {credential: discord_ops}, group_wait: 5}}", "duration"),
        ("channels: {a: {urls: {credential: discord_ops}, group_interval: 0s}}", "duration"),
        ("channels: {a: {urls: {credential: discord_ops}, repeat: 0s}}", "duration"),
        ("channels: {a: {urls: {credential: discord_ops}, max_age: 0s}}", "duration"),
        ("channels: {a: {urls: {credential: discord_ops}, digest: {}}}", "missing-key"),
        ('channels: {a: {urls: {credential: discord_ops}, digest: {at: "24:00"}}}', "clock"),
        ('channels: {a: {urls: {credential: discord_ops}, digest: {at: "09:00", tz: Mars}}}', "time-zone"),
        ("channels: {a: {urls: []}}", "empty-list"),
        ("channels: {a: {}}", "missing-key"),
        ("channels: {a b: {urls: {credential: discord_ops}}}", "name"),
        ("chanels: {}", "unknown-key"),
        ("limits: {report: ops}", "unknown-channel"),
        ("limits: {arm: on}", "wrong-word"),
        ("limits: {settle: 5}", "duration"),
        ("limits: {power: {server: 3}}", "budget"),
        ("limits: {allow: {power: [reboot]}}", "wrong-word"),
        ("limits: {allow: {servers: mc}}", "group-in-settings"),
        ("tags: {a: {tag: b}}", "group-in-settings"),
        ("tags: {a: {not: [{group: b}]}}", "group-in-settings"),
        ("packs: {a: {pack: b}}", "group-in-settings"),
        ("log: {level: verbose}", "wrong-word"),
        ("state:", "no-value"),
        ("panels: {}", "duplicate-key"),
    ],
)
def test_one_mistake_is_one_error(folder: Folder, text: str, code: str) -> None:
    problems = folder.load(PANEL + text).problems

    assert [(problem.severity, problem.code, problem.line) for problem in problems] == [("error", code, 2)]


def test_the_environment_goes_before_the_file(folder: Folder) -> None:
    folder.env["AUTOMATON_LOG_LEVEL"] = "debug"

    settings = folder.load(RIGHT.replace("format: auto", "format: json")).settings

    assert settings is not None
    assert (settings.log.level, settings.log.format) == ("debug", "json")


def test_a_wrong_word_in_the_environment_is_an_error(folder: Folder) -> None:
    folder.env["AUTOMATON_LOG_FORMAT"] = "xml"

    checked = folder.load(RIGHT)

    assert checked.settings is None
    assert [problem.file for problem in checked.problems] == ["environment AUTOMATON_LOG_FORMAT"]


@pytest.mark.parametrize(
    ("mode", "told", "usable"),
    [(0o644, [], True), (0o664, ["writable-by-group"], True), (0o666, ["writable-by-all"], False)],
)
def test_who_may_write_the_file_commands_the_servers(
    folder: Folder, mode: int, told: list[str], usable: bool
) -> None:
    folder.keep("automaton.yml", RIGHT, mode)

    checked = load(folder.file, folder.env)

    assert [problem.code for problem in checked.problems] == told
    assert (checked.settings is not None) is usable


def test_a_folder_of_rules_that_all_may_write_is_an_error(folder: Folder) -> None:
    rules = folder.path / "rules.d"
    rules.mkdir()
    rules.chmod(0o777)

    assert [problem.code for problem in folder.load(RIGHT).problems] == ["writable-by-all"]


def test_a_missing_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    checked = load(tmp_path / "automaton.yml", {})

    assert checked.settings is None
    assert [str(problem) for problem in checked.problems] == [
        f"{tmp_path}/automaton.yml:1:1: error: there is no such file"
    ]


def test_a_relative_path_to_the_file_works_as_well(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.keep("automaton.yml", RIGHT, 0o644)
    monkeypatch.chdir(folder.path.parent)

    settings = load(Path(folder.path.name) / "automaton.yml", folder.env).settings

    assert settings is not None
    assert settings.rules == folder.path / "rules.d"


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))]),
        "panels: " + "[" * 10_000,
        "panels: &p {main: *p}",
        "panels: !!python/object/apply:os.system [ls]",
        "x" * 10_000_000,
    ],
    ids=["bomb", "deep", "ring", "object", "10 MB"],
)
def test_an_attack_ends_in_an_error(folder: Folder, text: str) -> None:
    checked = folder.load(text)

    assert checked.settings is None
    assert checked.problems


def test_a_file_of_a_newer_version_is_refused_by_its_number_alone(folder: Folder) -> None:
    assert [str(one) for one in folder.load(f"version: 2\nmeasures: [x]\n{PANEL}").problems] == [
        f"{folder.path / 'automaton.yml'}:1:10: error: this file is of version 2, and this automaton reads"
        " automaton.yml up to version 1: a newer automaton reads it"
    ]
    assert folder.load(f"version: 1\n{PANEL}").problems == []
