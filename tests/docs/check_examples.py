"""What `automaton check` says of the examples of docs/checks.md: each is judged in a folder of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from automaton.workbench.check import check

HERE = Path(__file__).parent
WRONG = HERE.parent / "rulebook" / "wrong"
MINE = "rules.d/mine.yml"
SETTINGS = "automaton.yml"
A_PANEL = 'panels: {main: {url: "https://panel.example.org", keys: [{credential: panel_key}]}}\n'
CHANNELS = """channels:
  ops: {urls: [{credential: discord}]}
  oncall: {urls: [{credential: phone}], min_severity: critical}
"""
A_RULE = "rules:\n  - id: other\n    when: {event: install.completed}\n    do: [{notify: ops}]\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the page says of one code. `wrong` is empty where words alone do."""

    code: str
    file: str
    wrong: str
    right: str
    beside: Mapping[str, str] | None
    do: str


@dataclass(frozen=True, slots=True)
class Said:
    """One problem as it is printed, with its code and severity."""

    code: str
    severity: str
    line: str


def entries() -> Iterator[Entry]:
    """All of the table, in its order. Raises ValueError for a change that does not fit its file."""
    table = yaml.safe_load((HERE / "check_examples.yml").read_text(encoding="utf-8"))
    for code, raw in table.items():
        example = raw.get("example")
        wrong = (WRONG / f"{example}.yml").read_text(encoding="utf-8") if example else raw.get("wrong", "")
        right = wrong
        for old, new in raw.get("write", ()):
            if right.count(old) != 1:
                raise ValueError(f"{code}: `{old}` stands {right.count(old)} times in its file")
            right = right.replace(old, new)
        yield Entry(code, raw.get("in", MINE), wrong, right, raw.get("beside"), raw.get("do", ""))


def said_of(entry: Entry, text: str, folder: Path) -> list[Said]:
    """What `check` says of this text as the entry's file, in an empty folder."""
    alone = entry.file == MINE and entry.beside is None
    files = {entry.file: text} if alone else _with_surroundings(entry, text)
    for name, inside in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).parent.chmod(0o755)
        (folder / name).write_text(inside, encoding="utf-8")
        (folder / name).chmod(0o644)
    with contextlib.chdir(folder):
        return _said([Path(entry.file)] if alone else [], None if alone else Path(SETTINGS))


def _with_surroundings(entry: Entry, text: str) -> dict[str, str]:
    """The files with what they need besides: what the page need not show stands behind what it shows."""
    files = {"rules.d/other.yml": A_RULE, **(entry.beside or {}), entry.file: text}
    settings = files.get(SETTINGS, "")
    settings += "" if "panels:" in settings or "nodes:" in settings else A_PANEL
    settings += "" if "channels:" in settings else CHANNELS
    return files | {SETTINGS: settings}


def _said(paths: Sequence[Path], config: Path | None) -> list[Said]:
    as_json, printed = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(as_json):
        check(paths, config, strict=False, as_json=True)
    with contextlib.redirect_stderr(printed), contextlib.redirect_stdout(io.StringIO()):
        check(paths, config, strict=False, as_json=False)
    problems = json.loads(as_json.getvalue())["problems"]
    lines = printed.getvalue().replace(os.getcwd() + "/", "").splitlines()[: len(problems)]
    return [Said(one["code"], one["severity"], line) for one, line in zip(problems, lines, strict=True)]
