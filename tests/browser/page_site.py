"""A daemon with its page, which watches a simulation, and people who may sign in."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
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
    """Simulates servers and watches them once all run, with further rules and settings of automaton.yml."""
    with (
        simulated(folder, servers=servers, options=options) as simulation,
        paged_on(folder, simulation, rules=rules, settings=settings) as site,
    ):
        # A server that is starting gets no command; what is printed from here on comes after its `running`.
        simulation.all_are("running")
        yield site


@contextmanager
def named(
    folder: Path,
    servers: Sequence[tuple[str, str]],
    *,
    rules: str = "",
    settings: str = "",
    before: Callable[[Simulation], None] = lambda _: None,
) -> Iterator[PageSite]:
    """The same with servers of these names and games, on two nodes; `before` is called before the daemon."""
    program = (sys.executable, "-m", "tests.browser.named_servers", json.dumps(servers))
    with simulated(folder, through=program) as simulation:
        before(simulation)
        with paged_on(folder, simulation, rules=rules, settings=settings) as site:
            yield site


@contextmanager
def paged_on(folder: Path, simulation: Simulation, *, rules: str, settings: str) -> Iterator[PageSite]:
    """Watches what is simulated, once each link is up and the page has heard of all."""
    site = Site(folder, simulation.panel, simulation.key)
    site.secret("web_password", HASH)
    site.file.write_text(site.file.read_text() + WEB + settings)
    if rules:
        site.rules(rules, "page.yml")
    with watching(site) as daemon:
        line = daemon.tells("page.listening")
        address = next(word for word in line.split() if word.startswith("address=")).removeprefix("address=")
        daemon.tells("link.up", times=len(simulation.servers))
        daemon.tells("page.feed ")
        yield PageSite(f"http://{address}", site, daemon, simulation)
