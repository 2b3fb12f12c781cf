"""A recipe becomes a rule of yours: judged among those that there are, and over none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.workbench.recipe_adding import add
from tests.workbench.configured import SETTINGS, site


def test_what_is_added_is_a_rule_of_yours_and_says_what_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = site(tmp_path)

    assert add(config, "stuck-stopping") == 0
    path = tmp_path / "rules.d" / "stuck-stopping.yml"
    assert path.read_text() == (Path(__file__).parents[2] / "rules" / "stuck-stopping.yml").read_text()
    assert capsys.readouterr().out == (
        f"written: {path}\n"
        "it acts only where `limits.allow` of automaton.yml has: power [kill]\n"
        f"next: change it as you like, `automaton test {path}`, then `automaton reload`\n"
    )


def test_a_recipe_that_wants_a_tag_says_where_it_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(site(tmp_path), "nightly-restart") == 0
    assert "`tags` of automaton.yml gives the tag `nightly`" in capsys.readouterr().out


def test_nothing_of_yours_is_overwritten_and_what_to_do_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = site(tmp_path)
    path = tmp_path / "rules.d" / "disk.yml"
    path.write_text("rules: []\n")
    (tmp_path / "rules.d" / "mine.yml").write_text(
        "rules: [{id: crash-alert, when: {event: crash}, do: [{notify: ops, text: x}]}]\n"
    )

    assert [add(config, "disk"), add(config, "crash-alert")] == [1, 1]
    told = capsys.readouterr().err.splitlines()
    assert told[0] == (
        f"there is {path} already, and it stays as it is: compare it by"
        f" `automaton recipes show disk | diff {path} -`"
    )
    assert "is called `crash-alert` already" in told[1]
    assert sorted(one.name for one in path.parent.iterdir()) == ["disk.yml", "mine.yml"]
    assert path.read_text() == "rules: []\n"


def test_a_recipe_that_the_configuration_cannot_take_is_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = site(tmp_path, SETTINGS.replace(", oncall: {urls: [{file: url}]}", "").replace(", kill", ""))

    assert [add(config, "crash-recover"), add(config, "stuck-stopping")] == [78, 78]
    told = capsys.readouterr().err
    assert "oncall" in told
    assert "kill" in told
    assert told.count("nothing was written: add to automaton.yml what is missing, or change a copy") == 2
    assert list((tmp_path / "rules.d").iterdir()) == []


def test_rules_in_one_file_are_not_turned_into_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = site(tmp_path, f"{SETTINGS}rules: mine.yml\n")
    (tmp_path / "mine.yml").write_text("rules: []\n")

    assert add(config, "disk") == 1
    assert "is one file" in capsys.readouterr().err


def test_with_a_wrong_configuration_nothing_is_added(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(site(tmp_path, "panles: {}\n"), "disk") == 78
    assert "nothing was written: mend these first" in capsys.readouterr().err


def test_what_a_recipe_reads_and_no_game_may_be_asked_for_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(site(tmp_path, SETTINGS.replace(", list", "")), "nightly-restart") == 0
    assert "reads `players`, and what asks a game for them `limits.allow`" in capsys.readouterr().err
