"""What every page is held to, wherever it is looked at: used with eyes, without them, and on a telephone.

A new page adds its address to PAGES, and is looked at with all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.acceptance.processes import finished
from tests.browser.page_site import PageSite, named
from tests.browser.past_uptime import remember

PAGES = {
    "fleet": "/",
    "fleet-filtered": "/?state=running&sort=memory",
    "status": "/status",
    "login": "/login",
    "incidents": "/incidents",
    "incidents-filtered": "/incidents?rule=memory-high&since=24h",
    "incident": "/incidents/show?rule=memory-high&key={short}",
    "silences": "/silences",
    "silence-new": "/silences/new?rules=mem*",
    "maintenance-new": "/silences/new?kind=maintenance&servers=tag:prod",
    "deliveries": "/deliveries?rule=memory-high&key={short}",
    "about": "/about",
    "server": "/servers/{server}",
    "rules": "/rules",
    "rules-filtered": "/rules?arm=off",
    "rule": "/rules/memory-high",
    "why-not": "/rules/memory-high/why-not?server={server}",
    "try": "/try?rule=memory-high&lines=1",
    "server-power": "/servers/{server}/power/kill",
}
"""Addresses by the name of their screenshot. `{server}` is a uuid, `{short}` of one that is short of memory,
`{rule}` a rule whose incident is open."""

LOOKS = tuple((width, dark) for width in (1440, 360) for dark in (False, True))
SETTLED = 300  # milliseconds after which what is live has come
WRONG = ("serious", "critical")
AXE = Axe()

SERVERS = (
    ("Survival", "minecraft"), ("Survival Nether", "minecraft"), ("Creative", "minecraft"),
    ("Skyblock", "minecraft"), ("Lobby", "minecraft"), ("Rust EU Monthly", "rust"),
    ("Rust EU Weekly", "rust"), ("Valheim Friends", "valheim"), ("Garry's Mod", "source"),
    ("Build Contest", "minecraft"),
)  # fmt: skip
RULES = """\
rules:
  - id: memory-high
    note: memory is short
    while: memory_pct > 60
    for: 1s
    do: [{notify: ops, text: "${name} needs more memory than it has"}]
  - id: crashed
    severity: critical
    when: {event: crash}
    until: {console: '^nothing says this$'}
    do: [{notify: ops, text: "${name} has crashed"}]
  - id: slow
    severity: info
    when: {event: lag}
    do: [{notify: ops, text: "${name} is slow"}]
"""
SETTINGS = """\
  status:
    title: Example Games
    incidents: {crashed: We are looking into a crash., memory-high: There will be more room soon.}
    groups:
      Minecraft: {pack: minecraft}
      Rust: {pack: rust}
      Valheim and others: [{name: "Valheim*"}, {name: "Garry*"}]
tags:
  prod: [{name: "Survival*"}, {name: "Rust*"}]
  events: [{name: "Build*"}]
"""


@contextmanager
def looked_at(folder: Path) -> Iterator[PageSite]:
    """A fleet as somebody has it: most is well, some is not."""
    with named(
        folder, SERVERS, rules=RULES, settings=SETTINGS,
        before=lambda simulation: remember(
            folder / "state", [one["uuid"] for one in simulation.overview()]
        ),
    ) as site:  # fmt: skip
        simulation = site.simulation
        simulation.fault("memory", server="Survival Nether", percent=92)
        simulation.fault("memory", server="Rust EU Monthly", percent=85)
        simulation.fault("stop", server="Build Contest")
        for player in ("Steve", "Alex", "Herobrine"):
            simulation.fault("join", server="Survival", player=player)
        simulation.fault("crash", server="Skyblock")
        note = "the map is moved"
        finished("silence", "-s", "Lobby", "--for", "2h", "--note", note, "-c", str(site.site.file))
        site.daemon.tells("rule=crashed")
        site.daemon.tells("rule=memory-high", times=2)
        yield site


def addresses(site: PageSite) -> dict[str, str]:
    """The pages of a site."""
    servers = {one["name"]: one["uuid"] for one in site.simulation.overview()}
    first = next(iter(servers.values()))
    given = {"server": first, "short": servers.get("Survival Nether", first), "rule": "memory-high"}
    return {name: site.url + path.format(**given) for name, path in PAGES.items()}


def unusable(page: Page) -> str:
    """What axe-core finds serious about a page, in words; empty where it finds nothing."""
    found = AXE.run(page).response["violations"]
    return "\n".join(
        f"{one['id']}: {one['help']}: {node['html'][:200]}: {node.get('failureSummary', '')}"
        for one in found
        if one["impact"] in WRONG
        for node in one["nodes"]
    )


def too_wide(page: Page) -> list[str]:
    """What sticks out at the right of a page that would have to be scrolled sideways."""
    found: list[str] = page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          return [...document.querySelectorAll("body *")]
            .filter((one) => one.getBoundingClientRect().right > width + 1)
            .slice(0, 5).map((one) => one.outerHTML.slice(0, 200));
        }"""
    )
    return found
