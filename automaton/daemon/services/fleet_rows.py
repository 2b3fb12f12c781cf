"""A server as those see it who show the fleet: whole, or only what changes each second."""

from __future__ import annotations

from collections.abc import Mapping

from automaton.core.facts.facts import Facts
from automaton.core.moment import Moment
from automaton.schema.selector import ServerSelector
from automaton.web.routes.changes import Figures, FleetRow
from automaton.wings.link_supervisor import LinkStatus


def fleet_row(known: Facts, link: LinkStatus, now: Moment, groups: Mapping[str, ServerSelector]) -> FleetRow:
    """One server at a glance; `groups` are those of the public page."""
    profile, mono = known.profile, now.mono

    def whole(name: str) -> int | None:
        value = known.read(name, mono).plain
        return int(value) if isinstance(value, int | float) else None

    def real(name: str) -> float | None:
        value = known.read(name, mono).plain
        return float(value) if isinstance(value, int | float) else None

    def text(name: str) -> str | None:
        value = known.read(name, mono).plain
        return value if isinstance(value, str) else None

    return FleetRow(
        uuid=profile.uuid,
        id=profile.id,
        name=profile.name,
        at=now.wall,
        node=profile.node,
        panel=link.panel,
        egg=profile.egg,
        pack=known.pack,
        tags=sorted(known.tags),
        link=link.state.value,
        link_reason=link.reason,
        state=text("state"),
        stopped_by=text("stopped_by"),
        status_groups=[name for name, one in groups.items() if one.covers(profile, known.tags, known.pack)],
        cpu=real("cpu_pct"),
        memory=whole("memory"),
        memory_limit=whole("memory_limit"),
        disk=whole("disk"),
        disk_limit=profile.disk_limit,
        rx=whole("rx"),
        tx=whole("tx"),
        players=whole("players"),
        players_max=whole("players_max"),
        uptime=real("uptime"),
    )


def fleet_figures(known: Facts, now: Moment) -> Figures:
    """What changes each second. A fifth of the whole row's cost: it is made for each server each second."""
    stats = known.stats if has_fresh_stats(known, now.mono) else None
    players = known.players.count if known.connected else None
    uuid = known.profile.uuid
    if stats is None:
        return Figures(uuid, now.wall, players=players)
    return Figures(
        uuid, now.wall, stats.cpu_pct, stats.memory, stats.memory_limit or None, stats.disk,
        stats.rx, stats.tx, players, stats.uptime,
    )  # fmt: skip


def has_fresh_stats(known: Facts, mono: float) -> bool:
    """Whether what Wings last reported still holds."""
    return known.connected is True and known.stats is not None and mono < known.stats_until()
