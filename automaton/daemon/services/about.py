"""What runs, on which files, within which limits; and, as loud as the rest, what it does not cover."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version

import anyio
import anyio.lowlevel
from starlette.routing import Route

from automaton import __version__
from automaton.core.arm import Arm
from automaton.core.facts.facts import Facts
from automaton.core.gates.limits import Allowance, Budget, DefaultAllowance, Limits
from automaton.core.span import span
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.links import Links
from automaton.daemon.reload import Reload
from automaton.daemon.services.rule_rows import covers
from automaton.natural_order import natural_order
from automaton.pace.clock import Clock
from automaton.web.routes import about
from automaton.web.routes.about import About, LimitInForce, NotCovered, SourceRow
from automaton.wings.link_supervisor import LinkState

LIBRARIES = (
    "anyio",
    "httpx",
    "httpx-ws",
    "google-re2",
    "apprise",
    "starlette",
    "uvicorn",
    "prometheus-client",
)
UNSEEN = "not seen: their link is not up"
UNNAMED = "no rule names them"
UNKNOWN = "no pack knows their game: players, chat and the line of a start are not heard"
PORTION = 20  # servers that are looked at in one go: each by all rules, where none names it
MOST_NAMES = 20  # servers that are named; of more people read the number


class AboutService:
    """Looks at what is in force. `facts` are of the servers that are judged here.

    `has_journal`: whether anything is kept.
    """

    def __init__(
        self, active: ActiveConfiguration, facts: Callable[[], Mapping[str, Facts]], links: Links,
        reload: Reload, clock: Clock, *, has_journal: bool,
    ) -> None:  # fmt: skip
        self._active = active
        self._facts = facts
        self._links = links
        self._reload = reload
        self._began = clock.now()
        self._has_journal = has_journal
        self._libraries = {name: version(name) for name in LIBRARIES}

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return about.routes(self)

    async def about(self) -> About:
        """As it is now."""
        settings, last = self._active.settings, self._reload.last
        file = self._active.configuration.file
        return About(
            version=__version__,
            python=platform.python_version(),
            system=f"{platform.system()} {platform.release()}",
            libraries=self._libraries,
            pid=os.getpid(),
            started=self._began.wall,
            file=str(file) if file is not None else "",
            read_at=self._reload.taken_at.wall,
            refused=last.reason if last is not None and not last.taken else "",
            state=str(settings.state),
            rules=len(self._active.book.rules),
            limits=list(limits_in_force(self._active.limits)),
            sources=list(self._sources()),
            not_covered=[*await self._servers_not_covered(), *map(_open, self._left_open())],
            kept_for=settings.journal.keep,
            kept_size=settings.journal.size,
        )

    def _sources(self) -> Iterator[SourceRow]:
        for panel in self._links.panel_statuses():
            problems = [one.problem.detail for one in panel.accounts if one.problem is not None]
            unheard = "" if panel.has_answered else "it has not answered yet"
            yield SourceRow(
                name=panel.name,
                kind="node" if panel.name in self._active.settings.nodes else "Panel",
                servers=sum(one.servers for one in panel.accounts),
                keys=len(panel.accounts),
                problem=panel.outage or unheard or next(iter(problems), ""),
            )

    async def _servers_not_covered(self) -> list[NotCovered]:
        """In portions: other tasks run between them."""
        known, rules = self._facts(), self._active.book.rules
        live = {link.server for link in self._links.status() if link.state is LinkState.LIVE}
        unseen, unnamed, unknown = [], [], []
        for number, (uuid, facts) in enumerate(known.items(), 1):
            if uuid not in live:
                unseen.append(facts.profile.name)
            if not any(covers(rule, facts) for rule in rules):
                unnamed.append(facts.profile.name)
            if not facts.pack:
                unknown.append(facts.profile.name)
            if number % PORTION == 0:
                await anyio.lowlevel.checkpoint()
        found = ((UNSEEN, unseen), (UNNAMED, unnamed), (UNKNOWN, unknown))
        return [
            NotCovered(
                what=what, servers=len(names), names=sorted(names, key=natural_order)[:MOST_NAMES]
            )
            for what, names in found
            if names
        ]  # fmt: skip

    def _left_open(self) -> Iterator[str]:
        """What automaton.yml leaves open, as sentences."""
        settings, limits = self._active.settings, self._active.limits
        if limits.arm is not Arm.LIVE:
            yield f"`limits.arm` is `{limits.arm.value}`: no rule acts, whatever its own `arm` says"
        if not settings.channels:
            yield "there is no channel: nobody is told of anything"
        elif limits.report is None:
            yield "`limits.report` is not set: nobody is told when limits keep a rule from acting"
        if settings.heartbeat is None:
            yield "`heartbeat` is not set: nobody notices if this daemon, or its machine, is gone"
        if not self._has_journal:
            yield "nothing is kept: a restart forgets incidents, cooldowns and budgets"


def _open(what: str) -> NotCovered:
    return NotCovered(what=what)


def limits_in_force(limits: Limits) -> Iterator[LimitInForce]:
    """Each of them, in the order of docs/settings.md."""
    yield LimitInForce("arm", limits.arm.value)
    yield LimitInForce("settle", span(limits.settle))
    for name, budget in (
        ("power.server", limits.power_server), ("power.node", limits.power_node),
        ("power.fleet", limits.power_fleet), ("send.server", limits.send_server),
        ("send.fleet", limits.send_fleet),
    ):  # fmt: skip
        yield LimitInForce(name, _budget(budget))
    yield LimitInForce("power.parallel", "no limit" if limits.parallel is None else str(limits.parallel))
    yield LimitInForce("allow", "; ".join(map(_allowance, limits.allow)) or "nothing")
    held_if = limits.hold_power_if
    yield LimitInForce("hold_power_if", "never" if held_if is None else held_if.source)
    yield LimitInForce("resume_within", span(limits.resume_within))
    yield LimitInForce("report", limits.report or "nobody")


def _budget(budget: Budget | None) -> str:
    return "no limit" if budget is None else f"{budget.max} within {span(budget.within)}"


def _allowance(one: Allowance) -> str:
    if isinstance(one, DefaultAllowance):
        return "everything but `kill`, and commands that make operators"
    powers = [signal.value for signal in sorted(one.power)] + (["reinstall"] if one.reinstall else [])
    sends = len(one.send) + len(one.forms)
    parts = [f"power {', '.join(powers)}"] if powers else []
    parts += [f"{sends} commands" if sends != 1 else "1 command"] if sends else []
    parts += ["files"] if one.files else []
    parts += ["variables"] if one.startup else []
    where = "on some servers" if one.servers is not None else "on all servers"
    return f"{', '.join(parts) or 'nothing'} {where}"
