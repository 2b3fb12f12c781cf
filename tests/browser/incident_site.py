"""A daemon whose rules open incidents on a word of the console, and a place where its messages arrive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.processes import eventually, finished
from tests.acceptance.receiver import Receiver, receiving
from tests.browser.page_site import PageSite, paged

RULES = """\
rules:
  - id: oom
    severity: critical
    when: {console: '^OutOfMemory (?P<what>.*)'}
    until: {console: '^all is well'}
    do: [{notify: ops, text: "${name} said ${it.what}"}, {send: "say we are sorry"}]
  - id: asks
    when: {console: '^please answer'}
    until: 1s
    do: [{send: list}]
"""


@dataclass(frozen=True, slots=True)
class IncidentSite:
    """`pages` is looked at; what is said arrives at `receiver`."""

    pages: PageSite
    receiver: Receiver

    @property
    def url(self) -> str:
        return self.pages.url

    @property
    def servers(self) -> tuple[str, ...]:
        return self.pages.simulation.servers

    def prints(self, server: str, line: str) -> None:
        """A line of the game, as nobody else's."""
        self.pages.simulation.fault("print", server=server, lines=[line])

    def uuid(self, server: str) -> str:
        return str(self.pages.simulation.server(server)["uuid"])

    def asked(self, *words: str) -> Any:
        """What a command of the daemon's own machine answers, as JSON."""
        done = finished(*words, "--json", "-c", str(self.pages.site.file))
        return json.loads(done.stdout)

    def until(self, *words: str, shows: str) -> None:
        """Waits until a command shows this."""
        eventually(lambda: shows in json.dumps(self.asked(*words)), lambda: str(self.asked(*words)))


@contextmanager
def troubled(folder: Path) -> Iterator[IncidentSite]:
    """Two servers, and channels `ops` and `oncall` that arrive."""
    with receiving() as receiver, paged(folder, servers=2, rules=RULES) as site:
        site.site.secret("ops.url", receiver.url)
        finished("reload", "-c", str(site.site.file))
        yield IncidentSite(site, receiver)
