"""A folder with an automaton.yml that is right, its secrets beside it."""

from __future__ import annotations

from pathlib import Path

from automaton.settings.load import CheckedSettings, load

RIGHT = """\
panels:
  main:
    url: https://panel.example.org/
    keys: [{credential: panel_key}]
    servers: {not: {node: lab}}
    refresh: 5m
packs: {factorio: [{id: "1a2b3c4d"}]}
tags:
  prod: [{id: "9f8e7d6c"}, {node: eu-1}]
channels:
  ops:    {urls: [{credential: discord_ops}], rate: 20/1m}
  oncall: {urls: [{file: oncall.url}], min_severity: critical}
limits:
  arm: shadow
  settle: 2m
  power: {server: 3/1h, fleet: 20/10m, parallel: 5}
  send: {server: 10/10s}
  allow:
    - {servers: {tag: prod}, power: [start, stop, restart, kill], send: [say, save-all, list, tellraw]}
    - {power: [start]}
  report: ops
rules: rules.d
state: /var/lib/automaton
log: {level: info, format: auto}
"""

PANEL = "panels: {main: {url: https://panel.example.org, keys: {credential: panel_key}}}\n"


class Folder:
    """Where the file and its secrets are."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path / "automaton.yml"
        self.env = {"CREDENTIALS_DIRECTORY": str(path / "credentials")}
        (path / "credentials").mkdir()
        self.keep("credentials/panel_key", "ptlc_key\n")
        self.keep("credentials/second_key", "ptlc_second\n")
        self.keep("credentials/wings_config", "uuid: u\ntoken: t\n")
        self.keep("credentials/hook_deploy", "a-long-token\n")
        self.keep("credentials/status_token", "Bearer status\n")
        self.keep("credentials/heartbeat", "https://ping.example.org/u\n")
        self.keep("credentials/discord_ops", "discord://id/token\n")
        self.keep("oncall.url", "tgram://token/chat\n")

    def keep(self, name: str, text: str, mode: int = 0o600) -> Path:
        path = self.path / name
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    def load(self, text: str, *, in_service: bool = True) -> CheckedSettings:
        self.keep("automaton.yml", text, 0o644)
        return load(self.file, self.env, in_service=in_service)

    def told(self, text: str, *, in_service: bool = True) -> list[tuple[str, str, int, int]]:
        """Severity, code, line and column of each problem."""
        problems = self.load(text, in_service=in_service).problems
        return [(problem.severity, problem.code, problem.line, problem.column) for problem in problems]
