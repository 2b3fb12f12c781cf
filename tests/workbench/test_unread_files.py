"""What lies beside rules and is not read is told in one note."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.workbench.schema import file_name
from automaton.workbench.unread_files import unread_files


def told(folder: Path, *names: str) -> list[str]:
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("rules: []\n")
    return [str(one) for one in unread_files(folder)]


def test_files_of_another_name_and_those_further_down_are_named(tmp_path: Path) -> None:
    assert told(tmp_path, "mine.txt", "MINE.YML", "right.yml", "sub/b.yml") == [
        f"{tmp_path}:1:1: note: `MINE.YML`, `mine.txt` and `sub/b.yml` are not read: rules stand in files"
        " `*.yml` or `*.yaml`, in small letters, that lie in this folder itself"
    ]


def test_the_schema_that_init_writes_beside_the_rules_is_no_surprise(tmp_path: Path) -> None:
    assert told(tmp_path, file_name("rules")) == []


def test_of_many_five_are_named(tmp_path: Path) -> None:
    (note,) = told(tmp_path, *(f"{number}.txt" for number in range(8)))

    assert "`4.txt` and 3 more are not read" in note


@pytest.mark.parametrize(
    "name",
    ["right.yml", "right.yaml", "README", "README.txt", "notes.md", ".a.yml", ".git/b.yml", "sub/b.txt"],
)
def test_nothing_is_said_of_rules_of_words_for_people_and_of_what_is_hidden(
    name: str, tmp_path: Path
) -> None:
    assert told(tmp_path, name) == []


def test_a_file_and_a_folder_that_is_not_there_have_nothing_beside_rules(tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text("rules: []\n")

    assert unread_files(tmp_path / "one.yml") == []
    assert unread_files(tmp_path / "none") == []
