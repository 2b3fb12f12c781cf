"""Mistakes that operators make, and the whole of what `automaton check` prints of each, to the letter.

`wrong/` has one mistake a file, `wrong/many/` has many. To see a changed message written anew, delete its
`.txt`, run `check` on the file in its folder, and read what it says as if you had never seen the language.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.workbench.check import check

FOLDER = Path(__file__).parent / "wrong"
ONE, MANY = sorted(FOLDER.glob("*.yml")), sorted(FOLDER.glob("many/*.yml"))
ALONE = "note: without an automaton.yml, channels, servers and limits were not judged\n"


def told(file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.chdir(file.parent)
    check([Path(file.name)], None, strict=False, as_json=False)
    out, err = capsys.readouterr()
    assert out == ""
    return err


@pytest.mark.parametrize("file", ONE, ids=lambda file: file.stem)
def test_one_mistake_is_one_message_to_the_letter(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(file, monkeypatch, capsys)

    assert found == file.with_suffix(".txt").read_text(encoding="utf-8")
    assert found.endswith((f"{ALONE}1 error, 0 warnings\n", f"{ALONE}0 errors, 1 warning\n"))


@pytest.mark.parametrize("file", MANY, ids=lambda file: file.stem)
def test_many_mistakes_are_all_told_in_one_pass_each_once(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(file, monkeypatch, capsys)

    assert found == file.with_suffix(".txt").read_text(encoding="utf-8")
    lines = found.splitlines()
    assert len(set(lines)) == len(lines) > 5


def test_there_are_enough_of_them_and_no_message_is_left_over() -> None:
    assert len(ONE) >= 60
    assert len(MANY) >= 10
    assert {file.with_suffix("") for file in FOLDER.rglob("*.txt")} == {
        file.with_suffix("") for file in FOLDER.rglob("*.yml")
    }
