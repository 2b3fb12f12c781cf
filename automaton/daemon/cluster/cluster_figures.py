"""What a member tells monitoring of the cluster, by the names of the fields of Metrics.

Law: it is what this member sees; others may see it otherwise for some seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from automaton.cluster.control.seen import Seen, cluster_view
from automaton.cluster.log.append_times import STEPS, AppendTimes
from automaton.cluster.shard import ShardKind
from automaton.web.routes.metrics import Distribution, MetricSample, samples

STATES = ("established", "new", "draining", "dead")
LOST = ("unread", "unwritten", "too large", "unreachable")
"""Why mail is lost (`engine_mail.py`); what did not happen yet is told as 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What the parts of a member count. `shares` are requests a minute, by Panel and place of the account.

    `untaken`: messages that a channel's owner has not taken yet, and for how many seconds the oldest waits.
    """

    appends: AppendTimes
    fenced: int
    mail_lost: Mapping[str, int]
    shares: Mapping[tuple[str, int], float]
    untaken: Mapping[str, tuple[int, float]]


def cluster_figures(seen: Seen, counted: Counted) -> dict[str, object]:
    """All of it."""
    view = cluster_view(seen)
    me = next((one for one in seen.living if one.name == seen.me), None)
    states = Counter(row.state for row in view.members)
    behind = me is not None and me.heartbeat.generation < view.generation
    return {
        "cluster_members": samples((state, states[state]) for state in STATES),
        "cluster_established": me is not None and me.is_established,
        "cluster_generation_behind": behind,
        "cluster_appends_work": me is not None and me.heartbeat.appends_work,
        **_of_shards(seen),
        "cluster_epochs": sum(how.epoch for how in seen.standings.values()),
        "cluster_fenced": counted.fenced,
        "cluster_appends": Distribution(list(STEPS), list(counted.appends.counts), counted.appends.seconds),
        "cluster_appends_unanswered": counted.appends.unanswered,
        "cluster_twins": len(seen.twins),
        "cluster_skew": max((abs(row.skew) for row in view.members if row.skew is not None), default=0.0),
        "cluster_mail_lost": _mail(counted.mail_lost),
        "cluster_messages_waiting": samples((name, many) for name, (many, _) in counted.untaken.items()),
        "cluster_messages_oldest": samples((name, oldest) for name, (_, oldest) in counted.untaken.items()),
        "cluster_account_share": samples(
            (panel, str(place + 1), share) for (panel, place), share in counted.shares.items()
        ),
    }


def _of_shards(seen: Seen) -> dict[str, object]:
    own = seen.own
    return {
        "cluster_shards_owned": len(own),
        "cluster_shards_unowned": sum(how.owner is None for how in seen.standings.values()),
        "cluster_shards_taking_over": sum(
            one.acts_in > 0.0 and shard.kind is ShardKind.NODE for shard, one in own.items()
        ),
        "cluster_lease_left": min((max(0.0, one.lease) for one in own.values()), default=None),
        "cluster_logs_went_back": len(seen.went_back),
    }


def _mail(lost: Mapping[str, int]) -> list[MetricSample]:
    return samples((why, lost.get(why, 0)) for why in LOST)
