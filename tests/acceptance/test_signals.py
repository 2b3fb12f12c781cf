"""SIGTERM, SIGHUP, and what a service manager is told meanwhile."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.processes import Process, eventually
from tests.acceptance.simulation import Simulation, simulated
from tests.acceptance.site import ANSWERS, Site, watched, watching


@pytest.fixture
def simulation(tmp_path: Path) -> Iterator[Simulation]:
    with simulated(tmp_path) as simulation:
        yield simulation


class Manager:
    """Hears what systemd would."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.setblocking(False)
        self.heard: list[dict[str, str]] = []

    def hears(self, word: str, times: int = 1) -> dict[str, str]:
        """The latest datagram with this word, once there were so many."""

        def look() -> dict[str, str]:
            self._listen()
            told = [one for one in self.heard if word in one]
            return told[-1] if len(told) >= times else {}

        return eventually(look, lambda: f"no {word} {times} times in {self.heard}")

    def _listen(self) -> None:
        while True:
            try:
                text = self.socket.recv(4096).decode()
            except BlockingIOError:
                return
            self.heard.append(dict(line.split("=", 1) for line in text.splitlines()))


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    manager = Manager(tmp_path / "notify")
    with manager.socket:
        yield manager


def test_sigterm_ends_it_with_success_and_closes_its_links(tmp_path: Path, simulation: Simulation) -> None:
    (server,) = simulation.servers
    with watched(tmp_path, simulation) as daemon:
        daemon.signal(signal.SIGTERM)

        assert daemon.ended() == 0
        assert "Traceback" not in daemon.output()
        eventually(lambda: simulation.server(server)["sockets"] == 0, lambda: simulation.server(server))


def test_a_reload_takes_new_rules_and_leaves_the_links_up(tmp_path: Path, simulation: Simulation) -> None:
    (server,) = simulation.servers
    simulation.runs(server)
    site = Site(tmp_path, simulation.panel, simulation.key)
    with watching(site) as daemon:
        daemon.tells("link.up", server)
        site.rules(ANSWERS.replace("hello automaton", "good evening"))
        daemon.signal(signal.SIGHUP)
        daemon.tells("reload.done", "rules=1")
        simulation.fault("print", lines=["hello automaton", "good evening"])
        simulation.until("command", server, "list")

    assert simulation.seen("command", server) == ["list"], "the old pattern is gone"
    assert simulation.seen("socket", server, "open") == ["open"]
    assert simulation.seen("token", server) == ["issued"]


def test_a_reload_of_wrong_files_keeps_the_old_rules_and_says_so(
    tmp_path: Path, simulation: Simulation
) -> None:
    (server,) = simulation.servers
    simulation.runs(server)
    site = Site(tmp_path, simulation.panel, simulation.key)
    with watching(site) as daemon:
        daemon.tells("link.up", server)
        file = site.rules("rules: [{id: answers, when: {consol: x}, do: [end]}]")
        site.rules(ANSWERS.replace("id: answers", "id: more"), "more.yml")
        daemon.signal(signal.SIGHUP)
        problem = daemon.tells("error", "reload.problem")
        daemon.tells("error", "reload.refused", "the old configuration stays")
        simulation.fault("print", lines=["hello automaton"])
        simulation.until("command", server, "list")
        daemon.tells("rule.fired", "rule=answers")

        assert f"{file}:1:" in problem
        assert "did you mean `console`" in problem
        assert not daemon.says("rule.fired", "rule=more"), "the right half of a wrong whole is not taken"
    assert simulation.seen("socket", server, "open") == ["open"]


def test_a_service_manager_is_told_of_each_stage(
    tmp_path: Path, simulation: Simulation, manager: Manager
) -> None:
    env = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1000000"}
    with watching(Site(tmp_path, simulation.panel, simulation.key), env) as daemon:
        ready = manager.hears("READY")
        manager.hears("WATCHDOG", times=3)
        eventually(lambda: "1/1 servers" in manager.hears("STATUS")["STATUS"], lambda: manager.heard)
        reloading = reload(daemon, manager)
        stopping = stop(daemon, manager)

    assert "1 rule" in ready["STATUS"]
    assert (reloading["RELOADING"], reloading["MONOTONIC_USEC"].isdigit()) == ("1", True)
    assert stopping == {"STOPPING": "1"}


def reload(daemon: Process, manager: Manager) -> dict[str, str]:
    """Reloads until it is ready again; what was told when it began."""
    daemon.signal(signal.SIGHUP)
    told = manager.hears("RELOADING")
    manager.hears("READY", times=2)
    return told


def stop(daemon: Process, manager: Manager) -> dict[str, str]:
    """Ends it; what was told when it began to end."""
    daemon.signal(signal.SIGTERM)
    assert daemon.ended() == 0
    return manager.hears("STOPPING")
