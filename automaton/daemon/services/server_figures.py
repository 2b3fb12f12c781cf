"""The figures of servers for monitoring: what is known of each, as base units, in portions."""

from __future__ import annotations

from collections.abc import Mapping

import anyio.lowlevel

from automaton.core.facts.facts import Facts
from automaton.web.routes.metrics import ServerFigures
from automaton.wings.link_supervisor import LinkState, LinkStatus

PORTION = 50
"""Servers that are read in one go, two milliseconds: in between other tasks run."""


async def server_figures(
    known: Mapping[str, Facts], links: list[LinkStatus], most: int, mono: float
) -> tuple[list[ServerFigures], int]:
    """Those of at most so many of the servers of which these facts are known, and how many were left out.

    In the order of their uuids, so that the same are told of each time.
    """
    watched = sorted((link for link in links if link.server in known), key=lambda link: link.server)
    found = []
    for number, link in enumerate(watched[:most], 1):
        found.append(figures_of(known[link.server], link, mono))
        if number % PORTION == 0:
            await anyio.lowlevel.checkpoint()
    return found, len(watched) - len(found)


def figures_of(facts: Facts, link: LinkStatus, mono: float) -> ServerFigures:
    """What is known of one server now."""
    profile, state = facts.profile, facts.read("state", mono).plain
    cpu = _number(facts, "cpu_pct", mono)
    return ServerFigures(
        uuid=profile.uuid,
        name=profile.name,
        node=profile.node,
        panel=link.panel,
        state=state if isinstance(state, str) else None,
        is_linked=link.state is LinkState.LIVE,
        memory=_number(facts, "memory", mono),
        memory_limit=_number(facts, "memory_limit", mono),
        cpu=None if cpu is None else cpu / 100,
        disk=_number(facts, "disk", mono),
        disk_limit=_number(facts, "disk_limit", mono),
        received=_number(facts, "rx", mono),
        sent=_number(facts, "tx", mono),
        uptime=_number(facts, "uptime", mono),
        players=_number(facts, "players", mono),
    )


def _number(facts: Facts, name: str, mono: float) -> float | None:
    value = facts.read(name, mono).plain
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
