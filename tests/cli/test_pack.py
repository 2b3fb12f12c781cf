"""`automaton pack`: what each of its two actions takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer

from automaton.cli.pack import run


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"action": "new"}, "name the consoles to read"),
        ({"action": "new", "files": [Path("a.log")], "shipped": True}, "it goes with `test`"),
        ({"action": "test", "name": "mine"}, "it goes with `new`"),
        ({"action": "test", "egg": Path("egg.json")}, "it goes with `new`"),
        ({"action": "test", "output": Path("mine.yml")}, "it goes with `new`"),
    ],
)
def test_an_option_of_the_other_action_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(typer.BadParameter, match=message):
        run(**given)


def test_the_lines_of_a_pack_are_tried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = tmp_path / "mine.yml"
    pack.write_text(
        "pack: mine\nevents: {ready: '^Up$'}\ntests: [{line: Up, is: ready}, {line: Down, is: ready}]\n"
    )

    with pytest.raises(typer.Exit) as ended:
        run("test", [pack])

    assert ended.value.exit_code == 1
    assert "1 of 2 lines failed" in capsys.readouterr().out
