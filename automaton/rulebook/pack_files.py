"""Where an operator's packs lie: in a folder beside the rules."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from automaton.rulebook.load import rule_files

PACKS_FOLDER = "packs.d"


def pack_files(folder: Path) -> list[Path]:
    """Those beside rules that lie in this folder; [] where there are none."""
    packs = folder / PACKS_FOLDER
    return rule_files(packs) if packs.is_dir() else []


def pack_files_beside(rules: Iterable[Path]) -> list[Path]:
    """Those beside these files and folders of rules; a file may itself lie in such a folder, `rules.d`."""
    found: dict[Path, None] = {}
    for path in rules:
        there = path.absolute()
        files = pack_files(there.parent) or (pack_files(there.parent.parent) if there.is_file() else [])
        found |= dict.fromkeys(files)
    return list(found)
