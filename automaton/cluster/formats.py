"""In which format a log is written while members of two releases live: in one that all of them read.

So any of them may take over any shard during an upgrade, and the upgrade may be taken back. Once all read the
new format it is written; if an older release joins again later, so is the older format.
"""

from __future__ import annotations

from collections.abc import Iterable

from automaton.cluster.heartbeat import Formats, Heartbeat


def writes(writes_from: int, newest: int, heartbeats: Iterable[Heartbeat]) -> int:
    """The format to write, of those from `writes_from` to `newest` that this release can write.

    The latest that all living members read; the earliest where some read none of ours.
    """
    read_by_all = min((heartbeat.formats.reads_to for heartbeat in heartbeats), default=newest)
    return max(writes_from, min(newest, read_by_all))


def unreadable(formats: Formats, heartbeats: Iterable[Heartbeat]) -> list[str]:
    """Who cannot take over what this member writes, as sentences: too many releases lie between."""
    return [
        f"{heartbeat.member} ({heartbeat.version}) reads logs up to format {heartbeat.formats.reads_to}, "
        f"and format {formats.writes} is written here: upgrade {heartbeat.member}, one release at a time"
        for heartbeat in heartbeats
        if not heartbeat.formats.reads(formats.writes)
    ]
