"""What /about says of the cluster: who lives, who has what, and how close the leases are to their end.

Law: it is what our own member sees; another may see it otherwise for some seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from automaton.web.routes.cluster import ClusterView, MemberRow, ShardRow

KINDS = {"established": "ok", "new": "busy", "draining": "silenced", "dead": "critical"}
"""How bad the state of a member is, as words of the style sheet."""


@dataclass(frozen=True, slots=True)
class MemberStanding:
    """A member with the shards that it owns; `kind` is a word of the style sheet."""

    row: MemberRow
    kind: str
    shards: Sequence[ShardRow]

    @property
    def logs(self) -> str:
        """The format of the logs that it writes, and those that it reads; empty where it is not known."""
        row = self.row
        return f"writes {row.writes}, reads {row.reads_from} to {row.reads_to}" if row.writes else ""


@dataclass(frozen=True, slots=True)
class ClusterStanding:
    """All of it. `unowned` are the shards that nobody owns, `moving` those that are not as they should be.

    `lease` is the shortest that our member has, in seconds that are left; None where it owns nothing.
    """

    view: ClusterView
    members: Sequence[MemberStanding]
    unowned: Sequence[ShardRow]
    moving: Sequence[ShardRow]
    lease: float | None


def standing_of(view: ClusterView) -> ClusterStanding:
    """As people read it: members by name, each with what it owns."""
    return ClusterStanding(
        view=view,
        members=[
            MemberStanding(
                row, KINDS.get(row.state, "unknown"), [one for one in view.shards if one.owner == row.name]
            )
            for row in view.members
        ],
        unowned=[one for one in view.shards if not one.owner],
        moving=[one for one in view.shards if one.owner and one.why],
        lease=min((one.lease for one in view.shards if one.lease is not None), default=None),
    )
