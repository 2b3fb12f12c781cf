"""`automaton test`: what it says, and with which code it ends."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from xml.etree import ElementTree

import pytest

from automaton.workbench.test import test as run
from tests.ruletest.run_case import CRASH

GOOD = """
    tests:
      - name: a crash is told
        feed: [{at: 0s, event: crash, exit_code: 1}]
        expect: [{at: 0s, notify: ops}]
    """
BAD = GOOD.replace("notify: ops", "notify: oncall")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return tmp_path / "rules.yml"


def written(rules: Path, tests: str) -> Path:
    rules.write_text(dedent(CRASH).strip() + "\n" + dedent(tests).strip() + "\n")
    rules.chmod(0o600)
    return rules


def ended(path: Path, config: Path | None = None, wanted: str = "*", **options: bool) -> int:
    return run([path], config, wanted=wanted, as_json=options.get("as_json", False), junit=None)


def test_tests_that_pass_take_a_line_a_file(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(written(rules, GOOD)) == 0

    assert capsys.readouterr().out == f"{rules}: 1 test passed\n1 test passed\n"


def test_a_test_that_fails_tells_its_timeline(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(written(rules, BAD)) == 1

    assert (
        capsys.readouterr().out
        == f"""\
{rules}: 1 of 1 test failed

{rules}:7: a crash is told
  line 9: expected notify: oncall at 0s; instead came at 0s notify ops: server crashed (1)

time  fed                         got                                   expected
0s    event: crash, exit_code: 1  down: is open                         NO  notify: oncall
                                  down: notify ops: server crashed (1)

1 of 1 test failed
"""
    )


def test_a_mistake_ends_with_78_and_nothing_runs(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(written(rules, GOOD.replace("crash,", "crsh,"))) == 78

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"{rules}:8:28: error: unknown event `crsh`, did you mean `crash`?\n"


def test_a_name_chooses_and_one_that_fits_none_is_a_slip(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = GOOD + BAD.replace("    tests:\n", "").replace("a crash", "another crash")
    assert ended(written(rules, both), wanted="a crash*") == 0
    assert ended(rules, wanted="ANOTHER") == 1
    capsys.readouterr()

    assert ended(rules, wanted="nothing") == 2
    assert capsys.readouterr().err == "no test is named `nothing`\n"


def test_a_file_without_tests_says_so(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(written(rules, "")) == 0

    assert capsys.readouterr().out == "no tests\n"


def test_a_program_reads_json(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(written(rules, BAD), as_json=True) == 1

    data = json.loads(capsys.readouterr().out)
    assert (data["failed"], data["tests"][0]["name"]) == (1, "a crash is told")


def test_a_program_reads_the_mistakes_of_a_file_too(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(written(rules, GOOD.replace("crash,", "crsh,")), as_json=True) == 78

    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["code"], problem["line"], problem["suggestion"]) == ("unknown-event", 8, "crash")


def test_junit_is_written_beside(rules: Path, tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"

    assert run([written(rules, GOOD)], None, wanted="*", as_json=False, junit=file) == 0
    assert ElementTree.parse(file).getroot().get("tests") == "1"


def test_a_report_that_cannot_be_written_is_told(
    rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "nowhere" / "junit.xml"

    assert run([written(rules, GOOD)], None, wanted="*", as_json=False, junit=file) == 1
    assert capsys.readouterr().err == f"`{file}` cannot be written: No such file or directory\n"


def test_what_came_of_the_tests_is_told_where_junit_cannot_be_written(
    rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "nowhere" / "junit.xml"

    assert run([written(rules, GOOD)], None, wanted="*", as_json=False, junit=file) == 1
    assert capsys.readouterr().out == f"{rules}: 1 test passed\n1 test passed\n"


def test_junit_has_the_mistake_of_a_file_as_an_error(rules: Path, tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    wrong = written(rules, GOOD.replace("crash,", "crsh,"))

    assert run([wrong], None, wanted="*", as_json=False, junit=file) == 78
    root = ElementTree.parse(file).getroot()
    assert (root.get("tests"), root.get("errors")) == ("1", "1")
    (error,) = root.iter("error")
    assert error.get("message") == "unknown event `crsh`, did you mean `crash`?"


def test_with_an_automaton_yml_channels_are_judged(
    rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "key").write_text("ptlc_key")
    (tmp_path / "url").write_text("json://localhost")
    config = tmp_path / "automaton.yml"
    config.write_text(
        "panels: {main: {url: 'http://panel.test', keys: [{file: key}]}}\n"
        "channels: {ops: {urls: [{file: url}]}}\nrules: rules.yml\n"
    )
    for name in ("key", "url", "automaton.yml"):
        (tmp_path / name).chmod(0o600)

    assert ended(written(rules, GOOD), config) == 0
    assert run([], config, wanted="*", as_json=False, junit=None) == 0
    capsys.readouterr()
    assert run([written(rules, BAD)], config, wanted="*", as_json=False, junit=None) == 78
    assert "unknown channel `oncall`" in capsys.readouterr().err


OWN = """
pack: mine
match: {egg: My Game}
events: {door.opened: '^door open$'}
"""
DOOR = """
rules: [{id: door, when: {event: door.opened}, do: [{notify: ops}]}]
tests:
  - name: a door is told
    server: {egg: My Game}
    feed: [{at: 0s, line: door open}]
    expect: [{at: 0s, notify: ops}]
"""


def test_the_packs_beside_the_rules_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in (("packs.d/mine.yml", OWN), ("rules.d/door.yml", DOOR)):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o600)

    assert [ended(tmp_path / "rules.d"), ended(tmp_path / "rules.d" / "door.yml")] == [0, 0]
    (tmp_path / "packs.d/mine.yml").unlink()
    assert ended(tmp_path / "rules.d") == 78
    assert "door.opened" in capsys.readouterr().err
