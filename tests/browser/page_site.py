"""A daemon with its page, which watches a simulation, and people who may sign in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from automaton.password_hash import hash_password
from tests.acceptance.processes import Process
from tests.acceptance.simulation import Simulation, simulated
from tests.acceptance.site import Site, watching

PASSWORD = "correct horse"
HASH = hash_password(PASSWORD)
WEB = """\
listen: {http: "127.0.0.1:0"}
web:
  users:
    anna: {password: {file: web_password}, role: operator}
    vic: {password: {file: web_password}}
"""


@dataclass(frozen=True, slots=True)
class PageSite:
    """A daemon whose page answers at `url`."""

    url: str
    site: Site
    daemon: Process
    simulation: Simulation


@contextmanager
def paged(
    folder: Path, *, servers: int = 3, rules: str = "", settings: str = "", options: tuple[str, ...] = ()
) -> Iterator[PageSite]:
    """Simulates servers and watches them, with further rules and settings of automaton.yml."""
    with simulated(folder, servers=servers, options=options) as simulation:
        site = Site(folder, simulation.panel, simulation.key)
        site.secret("web_password", HASH)
        site.file.write_text(site.file.read_text() + WEB + settings)
        if rules:
            site.rules(rules, "page.yml")
        with watching(site) as daemon:
            line = daemon.tells("page.listening")
            address = next(word for word in line.split() if word.startswith("address=")).removeprefix(
                "address="
            )
            for server in simulation.servers:
                daemon.tells("link.up", f"server={server}")
            daemon.tells("page.feed ")
            yield PageSite(f"http://{address}", site, daemon, simulation)
