"""`automaton simulate` as tests see it: what may go wrong is asked for, what it saw is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.processes import PATIENCE, Process, eventually, started


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that it saw, at this wall time, of the server of this name."""

    at: float
    server: str
    detail: str
    by: str


@dataclass(frozen=True, slots=True)
class Simulation:
    """One that serves. Servers are known by their names."""

    panel: str
    key: str
    servers: tuple[str, ...]
    control: httpx.Client
    configs: tuple[str, ...] = ()  # of the nodes, each its config.yml

    def fault(self, name: str, **takes: object) -> None:
        """Has this happen now."""
        self.control.post(f"/faults/{name}", json=takes).raise_for_status()

    def seen(self, kind: str, server: str, detail: str | None = None) -> list[str]:
        """What it saw of this server, oldest first."""
        answer = self.control.get("/log", params={"kind": kind, "server": server}).raise_for_status()
        details = [str(entry["detail"]) for entry in answer.json()]
        return [one for one in details if detail in (None, one)]

    def log(self, kind: str, since: float = 0.0) -> list[Seen]:
        """What it saw of all servers since then, oldest first."""
        names = {server["uuid"]: server["name"] for server in self.overview()}
        entries = self.control.get("/log", params={"kind": kind}).raise_for_status().json()
        return [
            Seen(one["at"], names.get(one["server"], one["server"]), one["detail"], one["by"])
            for one in entries
            if one["at"] >= since
        ]

    def overview(self) -> list[dict[str, Any]]:
        """All servers as they are now."""
        servers: list[dict[str, Any]] = self.control.get("/").raise_for_status().json()["servers"]
        return servers

    def server(self, name: str) -> dict[str, Any]:
        """How this server is now."""
        return next(server for server in self.overview() if server["name"] == name)

    def until(self, kind: str, server: str, detail: str, times: int = 1) -> None:
        """Waits until it saw this so often."""
        eventually(
            lambda: len(self.seen(kind, server, detail)) >= times, lambda: self.control.get("/log").json()
        )

    def runs(self, server: str) -> None:
        """Waits until this server runs."""
        eventually(lambda: self.server(server)["state"] == "running", lambda: self.server(server))

    def all_are(self, state: str, patience: float = PATIENCE) -> None:
        """Waits until all servers are in this state at once."""
        eventually(
            lambda: all(server["state"] == state for server in self.overview()),
            lambda: [f"{server['name']} {server['state']}" for server in self.overview()],
            patience,
        )


# Any free ones: a node that is down for a while would lose one of the usual ones to another test.
FREE_PORTS = ("--panel-port", "0", "--node-port", "0", "--control-port", "0")


@contextmanager
def simulated(
    folder: Path, *, servers: int = 1, options: tuple[str, ...] = (), through: tuple[str, ...] = ()
) -> Iterator[Simulation]:
    """Serves a Panel and one node, on free ports; or what another program `through` serves as well."""
    arguments = ["simulate", "--json", "--chatter", "0", "--servers", str(servers), *FREE_PORTS, *options]
    with started(folder / "simulate.out", arguments, through=through) as process:
        ready = eventually(lambda: _announced(process), process.output)
        with httpx.Client(base_url=ready["control"], timeout=30) as control:
            names = tuple(server["name"] for server in ready["servers"])
            configs = tuple(node["config"] for node in ready["nodes"])
            yield Simulation(ready["panel"], ready["key"], names, control, configs)


def _announced(process: Process) -> dict[str, Any]:
    output = process.output()
    assert process.is_running, f"the simulator ended: {output}"
    ready: dict[str, Any] = json.loads(output) if output.startswith("{") and output.endswith("\n") else {}
    return ready
