"""Where an operator's packs lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.rulebook.pack_files import pack_files, pack_files_beside


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name in ("packs.d/mine.yml", "packs.d/our-chat.yaml", "packs.d/notes.txt", "rules.d/a.yml", "b.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    return tmp_path


def names(found: list[Path]) -> list[str]:
    return [path.name for path in found]


def test_packs_lie_in_packs_d_beside_the_rules(site: Path) -> None:
    assert names(pack_files(site)) == ["mine.yml", "our-chat.yaml"]
    assert pack_files(site / "rules.d") == []


@pytest.mark.parametrize("rules", ["rules.d", "b.yml", "rules.d/a.yml"])
def test_beside_a_folder_of_rules_a_file_and_the_folder_of_a_file(site: Path, rules: str) -> None:
    assert names(pack_files_beside([site / rules])) == ["mine.yml", "our-chat.yaml"]


def test_each_is_named_once(site: Path) -> None:
    assert names(pack_files_beside([site / "rules.d", site / "b.yml"])) == ["mine.yml", "our-chat.yaml"]


def test_where_there_are_none_there_are_none(tmp_path: Path) -> None:
    assert pack_files_beside([tmp_path / "rules.d"]) == []
