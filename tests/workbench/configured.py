"""A folder with a right automaton.yml, its secrets, and a folder of rules that is empty."""

from __future__ import annotations

from pathlib import Path

SETTINGS = """\
panels: {sim: {url: "https://panel.test", keys: [{file: key}]}}
channels: {ops: {urls: [{file: url}]}, oncall: {urls: [{file: url}]}}
limits: {arm: shadow, allow: {power: [start, stop, restart, kill], send: [say, save-all, list]}}
state: state
"""


def site(folder: Path, settings: str = SETTINGS) -> Path:
    for name, text in (("automaton.yml", settings), ("key", "ptlc_1"), ("url", "json://here.test")):
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    (folder / "rules.d").mkdir()
    return folder / "automaton.yml"
