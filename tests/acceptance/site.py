"""An operator's folder: automaton.yml, a key file, rule files; and the daemon that runs on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.acceptance.processes import Process, started
from tests.acceptance.simulation import Simulation

SETTINGS = """\
panels: {{main: {{url: "{panel}", keys: [{{file: key}}], allow_plain: true}}}}
channels:
  ops: {{urls: [{{file: ops.url}}], group_by: ["..."], group_wait: 0s, group_interval: 1s}}
limits:
  arm: live
  settle: 0s
  allow: {{power: [start, stop, restart], send: [list, say]}}
rules: rules.d
state: state
"""

ANSWERS = """\
rules:
  - id: answers
    when: {console: "^hello automaton"}
    do: [{send: list}]
"""
NOBODY = "json://127.0.0.1:9/"


class Site:
    """Written once, then changed by the tests."""

    def __init__(self, folder: Path, panel: str, key: str, ops: str = NOBODY) -> None:
        self.folder = folder
        self.file = folder / "automaton.yml"
        self.file.write_text(SETTINGS.format(panel=panel))
        self.secret("key", key)
        self.secret("ops.url", ops)
        (folder / "rules.d").mkdir()
        self.rules(ANSWERS)

    def secret(self, name: str, text: str) -> None:
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(text)

    def rules(self, text: str, name: str = "rules.yml") -> Path:
        path = self.folder / "rules.d" / name
        path.write_text(text)
        return path


@contextmanager
def watching(site: Site, env: Mapping[str, str] | None = None) -> Iterator[Process]:
    """The daemon on this site."""
    with started(site.folder / "run.out", ["run", "-c", str(site.file)], env) as daemon:
        yield daemon


@contextmanager
def watched(folder: Path, simulation: Simulation) -> Iterator[Process]:
    """The daemon on a site of this simulation, once all its links are up."""
    with watching(Site(folder, simulation.panel, simulation.key)) as daemon:
        for server in simulation.servers:
            daemon.tells("link.up", f"server={server}")
        yield daemon
