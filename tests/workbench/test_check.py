"""`automaton check`: what people read, what programs read, and the exit code for both."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from automaton.configuration.load import Configuration
from automaton.problem import NOT_ASKED, Problem
from automaton.workbench.check import check

RIGHT = "rules: [{id: one, when: {event: crash}, do: [{notify: ops}]}]\n"
WRONG = "rules:\n  - id: one\n    when: {event: crahs}\n    do: [{notify: ops}]\n"
# Players' words may stand anywhere in a line: a pattern of a rule with `power` begins with `^`.
LOOSE = "rules: [{id: one, when: {console: 'OutOfMemoryError'}, cooldown: 1h, do: [{power: restart}]}]\n"
SETTINGS = """\
panels: {main: {url: "https://panel.example.org", keys: [{file: key}]}}
channels: {ops: {urls: [{file: ops.url}]}}
limits: {arm: live}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "rules.d").mkdir()
    return tmp_path / "rules.d" / "one.yml"


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    for name, text in (("key", "ptlc_key"), ("ops.url", "json://ops"), ("automaton.yml", SETTINGS)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o600)
    return tmp_path / "automaton.yml"


def test_what_is_right_says_so_on_stdout_and_exits_0(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules.write_text(RIGHT)

    assert check([rules], None, strict=False, as_json=False) == 0
    out, err = capsys.readouterr()
    assert out == "all good: 1 rule in 1 file\n"
    assert err == "note: without an automaton.yml, channels, servers and limits were not judged\n"


def test_what_lies_in_the_folder_and_is_not_read_is_a_note(
    rules: Path, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.with_name("mine.txt").write_text(RIGHT)

    assert check([], settings, strict=True, as_json=False) == 0
    out, err = capsys.readouterr()
    assert out == "all good: 0 rules in 0 files\n"
    assert f"{rules.parent}:1:1: note: `mine.txt` is not read: " in err
    assert f"{rules.parent}:1:1: note: there is no rule in this folder: nothing will be done\n" in err

    assert check([rules.parent], None, strict=True, as_json=False) == 0
    out, err = capsys.readouterr()
    assert out == "all good: 0 rules in 0 files\n"
    assert "`mine.txt` is not read" in err
    assert "there is no rule in this folder" in err


def test_of_a_folder_with_a_file_that_cannot_be_read_nobody_says_that_it_has_no_rule(
    rules: Path, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text("rules:\n\t- id: a\n")

    assert check([], settings, strict=False, as_json=False) == 78
    assert check([rules.parent], None, strict=False, as_json=False) == 78
    assert "no rule in this folder" not in capsys.readouterr().err


def test_a_secret_that_the_service_lacks_is_a_warning_and_one_that_it_has_is_not_read(
    rules: Path, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text(RIGHT)
    settings.write_text(SETTINGS.replace("{file: key}", "{credential: key}"))
    unit, key = settings.with_name("automaton.service"), settings.with_name("key")
    unit.write_text(f"[Service]\nLoadCredential=key:{key}\n")

    assert check([], settings, strict=True, as_json=False) == 0
    assert "not readable here, outside the service: the credential `key`" in capsys.readouterr().err

    key.unlink()

    assert check([], settings, strict=False, as_json=False) == 0
    assert check([], settings, strict=True, as_json=False) == 78
    out, err = capsys.readouterr()
    assert out == ""
    assert f"warning: `{key}`, from which systemd takes the credential `key`, is not there" in err
    assert err.endswith("0 errors, 1 warning\n")


def test_a_mistake_is_a_line_with_its_place_on_stderr_and_exits_78(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text(WRONG)

    assert check([rules], None, strict=False, as_json=False) == 78
    out, err = capsys.readouterr()
    assert out == ""
    assert f"{rules}:3:19: error: unknown event `crahs`, did you mean `crash`?\n" in err
    assert err.endswith("1 error, 0 warnings\n")


def test_a_warning_exits_0_and_with_strict_78(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules.write_text(LOOSE)

    assert check([rules], None, strict=False, as_json=False) == 0
    assert check([rules], None, strict=True, as_json=False) == 78
    assert capsys.readouterr().err.count("0 errors, 1 warning\n") == 2


def test_programs_get_every_field_of_every_problem(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules.write_text(WRONG)

    assert check([rules], None, strict=False, as_json=True) == 78
    out, err = capsys.readouterr()
    assert err == ""
    assert json.loads(out) == {
        "problems": [
            {
                "code": "unknown-event",
                "severity": "error",
                "file": str(rules),
                "line": 3,
                "column": 19,
                "message": "unknown event `crahs`, did you mean `crash`?",
                "found": "",
                "expected": "",
                "suggestion": "crash",
            }
        ]
    }


def test_programs_get_an_empty_list_where_all_is_right(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text(RIGHT)

    assert check([rules.parent], None, strict=True, as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == {"problems": []}


def test_with_an_automaton_yml_channels_are_judged(
    rules: Path, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text(RIGHT.replace("ops", "opps"))

    assert check([], settings, strict=False, as_json=False) == 78
    err = capsys.readouterr().err
    assert "unknown channel `opps`, did you mean `ops`?" in err
    assert "were not judged" not in err


def test_a_problem_that_is_found_on_both_ways_is_told_once(
    rules: Path, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text(WRONG)

    assert check([rules], settings, strict=False, as_json=True) == 78
    assert len(json.loads(capsys.readouterr().out)["problems"]) == 1


def test_a_settings_file_that_is_not_there_is_a_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check([], tmp_path / "automaton.yml", strict=False, as_json=True) == 78
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["file"] == str(tmp_path / "automaton.yml")


def test_online_asks_only_where_the_files_are_right(rules: Path, settings: Path) -> None:
    asked: list[Configuration] = []

    def online(configuration: Configuration) -> list[Problem]:
        asked.append(configuration)
        return [Problem(code="lacks-permission", file="-", message="one lacks it")]

    rules.write_text(WRONG)
    assert check([], settings, strict=False, as_json=True, online=online) == 78
    assert asked == []

    rules.write_text(RIGHT)
    assert check([], settings, strict=False, as_json=True, online=online) == 78
    assert len(asked) == 1


def test_online_somebody_who_does_not_answer_is_weather_and_exits_75(rules: Path, settings: Path) -> None:
    rules.write_text(RIGHT)
    silent = Problem(code=NOT_ASKED, file="-", message="main: the Panel does not answer")

    assert check([], settings, strict=False, as_json=True, online=lambda _: [silent]) == 75
    wrong = Problem(code="lacks-permission", file="-", message="one lacks it")
    assert check([], settings, strict=False, as_json=True, online=lambda _: [silent, wrong]) == 78


def test_files_alone_are_judged_without_channels_and_limits(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    anything = "rules: [{id: one, when: {event: crash}, cooldown: 1h, do: [{notify: nobody}, {power: kill}]}]"
    rules.write_text(anything)
    rules.with_name("two.yml").write_text(WRONG.replace("one", "two"))

    assert check([rules.parent], None, strict=False, as_json=True) == 78
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [(Path(one["file"]).name, one["code"]) for one in problems] == [("two.yml", "unknown-event")]


def test_a_file_that_is_not_there_is_a_problem_and_no_crash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check([tmp_path / "lost.yml"], None, strict=False, as_json=True) == 78
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["severity"], Path(problem["file"]).name) == ("error", "lost.yml")


def test_no_color_is_honoured_on_a_terminal(rules: Path) -> None:
    """https://no-color.org: `check` paints the severity for a terminal, unless told not to."""
    rules.write_text(WRONG)

    assert "\x1b[31merror" in on_a_terminal(rules, {})
    assert "\x1b" not in on_a_terminal(rules, {"NO_COLOR": "1"})


def on_a_terminal(rules: Path, env: dict[str, str]) -> str:
    """What the command says on stderr, where that is a terminal."""
    ours, theirs = pty.openpty()
    command = [str(Path(sys.executable).parent / "automaton"), "check", str(rules)]
    surroundings = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | env
    subprocess.run(command, stderr=theirs, env=surroundings, timeout=60, check=False)
    os.close(theirs)
    with os.fdopen(ours, "rb") as screen:
        return screen.read1().decode()


def test_a_mistake_in_a_test_is_told_though_the_daemon_would_not_mind(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text(
        RIGHT + "tests: [{name: t, rules: [two], server: {name: a}, feed: [], expect: [{never: power}]}]\n"
    )

    assert check([rules], None, strict=False, as_json=False) == 78
    assert "two" in capsys.readouterr().err


def test_a_file_beside_an_automaton_yml_is_judged_as_if_it_lay_among_its_rules(
    rules: Path, settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text("groups: {mine: {name: lobby}}\n" + RIGHT)
    other = tmp_path / "other.yml"
    other.write_text(
        "rules:\n"
        "  - id: two\n"
        "    servers: mine\n"
        "    when: {rule: one, is: open}\n"
        "    cooldown: 1h\n"
        "    do: [{notify: opps}, {power: kill}]\n"
        "tests: [{name: t, rules: [one], feed: [], expect: [{never: {notify: nobody}}]}]\n"
    )

    assert check([other], settings, strict=False, as_json=True) == 78
    found = json.loads(capsys.readouterr().out)["problems"]
    assert [(one["file"], one["code"]) for one in found] == [
        (str(other), "unknown-channel"),
        (str(other), "not-allowed"),
        (str(other), "unknown-channel"),
    ]

    assert check([other], settings, strict=False, as_json=True, alone=True) == 78
    found = json.loads(capsys.readouterr().out)["problems"]
    assert {one["code"] for one in found} == {"unknown-group", "unknown-rule"}


def test_a_file_takes_the_place_of_the_one_of_its_name(
    rules: Path, settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text(WRONG)
    mended = tmp_path / "one.yml"
    mended.write_text(RIGHT)

    assert check([mended], settings, strict=False, as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == {"problems": []}


def test_mistakes_in_tests_are_told_beside_those_in_rules(
    rules: Path, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text(WRONG + "tests: [{name: t, feed: [{at: 5}], expect: [{never: power}]}]\n")

    assert check([], settings, strict=False, as_json=True) == 78
    found = json.loads(capsys.readouterr().out)["problems"]
    assert [one["code"] for one in found] == ["unknown-event", "duration"]


def test_a_console_shows_where_people_are_taken_for_the_game(
    rules: Path, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text(LOOSE)
    log = rules.parent.parent / "latest.log"
    log.write_text("[12:00:00 INFO]: <Eve> hello\n[12:00:01 INFO]: ✪ Eve ● OutOfMemoryError\n")
    found = []
    for config in (None, settings):
        check([rules], config, strict=False, as_json=True, logs=[log])
        found += [json.loads(capsys.readouterr().out)["problems"]]

    for problems in found:
        assert [one["code"] for one in problems] == ["unanchored", "unknown-chat"]


def test_a_console_that_is_not_there_is_told(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules.write_text(RIGHT)

    assert check([rules], None, strict=False, as_json=False, logs=[rules.with_name("no.log")]) == 78
    assert "no.log:1:1: error: cannot read it: No such file or directory" in capsys.readouterr().err
