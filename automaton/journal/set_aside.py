"""What cannot be used as a journal is set aside for people to look at; nothing is deleted unsaid."""

from __future__ import annotations

from os.path import lexists
from pathlib import Path

from automaton.journal.connection import BESIDE
from automaton.safe_files import keep_order

MOST_ASIDE = 3
"""Files, each as large as a journal may be: a disk that damages one after the other shall not be filled."""


def set_aside(path: Path, word: str = "bad") -> tuple[Path, bool]:
    """Moves a file with what is beside it; where it lies now, and whether an earlier one gave way for it.

    Raises OSError. What lies beside goes first: it alone is of no use, while without it the file would be
    taken for one that had a clean end.
    """
    name, replaces = _free_name(path, word)
    for end in BESIDE:
        source, target = Path(f"{path}{end}"), Path(f"{name}{end}")
        target.unlink(missing_ok=True)
        if lexists(source):
            source.rename(target)
    path.rename(name)
    keep_order(path.parent)
    return name, replaces


def _free_name(path: Path, word: str) -> tuple[Path, bool]:
    names = [
        Path(f"{path}.{word}{number}") for number in ("", *(f".{at}" for at in range(2, MOST_ASIDE + 1)))
    ]
    for name in names:
        if not lexists(name):
            return name, False
    return min(names, key=lambda name: name.lstat().st_mtime), True
