"""The wishes: their rule files, and the automaton.yml of an operator who grants them all.

A wish is `tests/wishes/NAME.yml`; `fulfilling(tmp_path, "NAME")` is a daemon that runs it alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from automaton.simulator.wings.server_build import ServerBuild
from tests.rules.watch import LOBBY, NOON, VIKINGS, Watch, watching

FOLDER = Path(__file__).parent

# Plain addresses lead to the site of the harness.
SETTINGS = """\
panels: {main: {url: "http://panel.test", keys: [{file: key}]}}
channels:
  ops: {urls: [{file: ops.url}], rate: 1000/1m, group_by: ["..."], group_wait: 0s, group_interval: 1s}
  oncall: {urls: [{file: oncall.url}], rate: 1000/1m, group_by: ["..."], group_wait: 0s, group_interval: 1s}
  mods:
    urls: [{file: mods.url}]
    mention: {critical: "<@&1234567890>"}
    rate: 1000/1m
    group_by: ["..."]
    group_wait: 0s
    group_interval: 1s
  alice: {urls: [{file: alice.url}], rate: 1000/1m, group_by: ["..."], group_wait: 0s, group_interval: 1s}
  bob: {urls: [{file: bob.url}], rate: 1000/1m, group_by: ["..."], group_wait: 0s, group_interval: 1s}
tags: {prod: {egg: "*"}}
http:
  bedrock: {url: "http://site.test/bedrock"}
  builds: {url: "http://site.test/builds"}
  fabric: {url: "http://site.test/fabric"}
  oxide: {url: "http://site.test/oxide"}
  versions: {url: "http://site.test/versions"}
hooks:
  forge: {token: {file: hook}}
  shop: {token: {file: hook}}
exec:
  pull: {argv: [/bin/echo, pulled]}
limits:
  arm: live
  allow:
    power: [start, stop, restart, kill, reinstall]
    send:
      - say
      - save-all
      - list
      - give
      - kick
      - tps
      - kill
      - server.save
      - status
      - serverinfo
      - checkModsNeedUpdate
      - servermsg
      - save
    startup: [VERSION, BEDROCK_VERSION, WORLD_SEED, LEVEL, SERVER_JARFILE]
    files: ["world*", "map*", "server/rust/*", seeds, plugins/Rates, logs, crash-reports]
rules: rules.d
"""


def wishes() -> list[str]:
    """Their names, in order."""
    return sorted(file.stem for file in FOLDER.glob("*.yml"))


def text_of(name: str) -> str:
    """The rule file of a wish."""
    return (FOLDER / f"{name}.yml").read_text(encoding="utf-8")


def fulfilling(
    folder: Path,
    name: str,
    servers: Sequence[ServerBuild] = (LOBBY, VIKINGS),
    at: float = NOON,
    answers: Mapping[str, object] | None = None,
) -> AbstractAsyncContextManager[Watch]:
    """A daemon that runs this wish alone, from a moment on, with a site that gives these answers."""
    file = {f"{name}.yml": text_of(name)}
    return watching(folder, rules_of=file, settings=SETTINGS, servers=servers, at=at, answers=answers)
