"""An operator's folder: automaton.yml, a key, a channel, and one rule, all of them right."""

from __future__ import annotations

from pathlib import Path

from automaton.configuration.load import CheckedConfiguration, load_configuration

SETTINGS = """\
panels: {main: {url: "https://panel.example.org", keys: [{file: key}], servers: {not: {tag: lab}}}}
tags: {lab: [{node: lab}]}
channels: {ops: {urls: [{file: ops.url}]}}
limits: {arm: live, allow: {power: [start], send: [say]}}
rules: rules.d
"""
RULE = "rules: [{id: one, when: {event: crash}, do: [{notify: ops}]}]\n"


class Folder:
    """An operator's folder, right until something is written over."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name, text in (("key", "ptlc_key"), ("ops.url", "json://ops")):
            self.write(name, text)
        self.write("automaton.yml", SETTINGS)
        self.write("rules.d/one.yml", RULE)

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path

    def load(self) -> CheckedConfiguration:
        return load_configuration(self.path / "automaton.yml", {})

    def told(self) -> list[tuple[str, str, int]]:
        """File, code and line of each problem."""
        return [(Path(one.file).name, one.code, one.line) for one in self.load().problems]
