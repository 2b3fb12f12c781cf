"""`automaton packs`: all of them, or one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from automaton.cli.packs import run


@pytest.mark.parametrize(("name", "is_one"), [("terraria", True), ("terrarium", False)])
def test_one_is_told_where_there_is_one(
    tmp_path: Path, name: str, is_one: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "key").write_text("ptlc_" + "a" * 43)
    config = tmp_path / "automaton.yml"
    config.write_text(
        "panels: {main: {url: 'https://panel.example.org', keys: [{file: key}]}}\nstate: state\n"
    )
    with pytest.raises(typer.Exit) as ended:
        run(name, config, as_json=True)

    told = capsys.readouterr().out
    assert (ended.value.exit_code == 0, bool(told)) == (is_one, is_one)
    assert not is_one or json.loads(told)["pack"] == name


def test_a_configuration_that_there_is_not_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit):
        run(None, tmp_path / "none.yml")

    assert "none.yml" in capsys.readouterr().err
