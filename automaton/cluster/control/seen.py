"""The cluster as one member sees it, as rows for people. Pure: what is told is what the member was told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from automaton.cluster.members import LivingMember
from automaton.cluster.ownership import ShardStanding
from automaton.cluster.placement import newest_generation
from automaton.cluster.shard import Shard, ShardKind
from automaton.cluster.wishes import Wishes
from automaton.web.routes.cluster import ClusterView, MemberRow, ShardRow

LOST = "its log lost its end"

MOST_SKEW = 2.0
"""Seconds by which clocks may differ unnoticed: beyond that silences end and messages are dated apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnShard:
    """What only its owner knows: seconds left of the `lease`, seconds until it may act, servers seen."""

    lease: float
    acts_in: float = 0.0
    servers: int | None = None
    linked: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Everything that is seen. `waiting` says why what is unowned is not taken, `leaving` to whom ours go.

    `dead` members by the seconds of their silence; `went_back` are our shards whose log lost its end, and
    what is known of it; `troubles` of the engine as sentences.
    """

    name: str
    me: str
    living: Sequence[LivingMember]
    dead: Mapping[str, float] = field(default_factory=dict)
    twins: Sequence[str] = ()
    standings: Mapping[Shard, ShardStanding] = field(default_factory=dict)
    waiting: Mapping[Shard, str] = field(default_factory=dict)
    leaving: Mapping[Shard, str] = field(default_factory=dict)
    own: Mapping[Shard, OwnShard] = field(default_factory=dict)
    wishes: Wishes = field(default_factory=Wishes)
    went_back: Mapping[Shard, str] = field(default_factory=dict)
    troubles: Sequence[str] = ()

    def lost_elsewhere(self) -> dict[Shard, str]:
        """Shards whose log lost its end by the word of the member that owns them, each with its name."""
        said = {one.name: one.heartbeat.lost for one in self.living if one.name != self.me}
        return {
            shard: how.owner
            for shard, how in sorted(self.standings.items())
            if how.owner is not None and shard.text in said.get(how.owner, ())
        }


def cluster_view(seen: Seen) -> ClusterView:
    """As the control API tells it."""
    newest, lost = newest_generation(list(seen.living)), seen.lost_elsewhere()
    return ClusterView(
        name=seen.name,
        me=seen.me,
        generation=newest,
        members=[*_members(seen, newest)],
        shards=[_shard(seen, shard, how, lost) for shard, how in sorted(seen.standings.items())],
        troubles=[*seen.troubles, *_troubles(seen, newest, lost)],
        nats_answers=any(one.name == seen.me and one.is_able for one in seen.living),
    )


def _members(seen: Seen, newest: int) -> Iterator[MemberRow]:
    owned = Counter(how.owner for how in seen.standings.values())
    for one in sorted(seen.living, key=lambda one: one.name):
        beat = one.heartbeat
        yield MemberRow(
            name=one.name, state=_state(one), why=_why(one, newest), heard=one.silent, up=beat.started_ago,
            cores=beat.cores, version=beat.version, generation=beat.generation,
            reads_from=beat.formats.reads_from, reads_to=beat.formats.reads_to, writes=beat.formats.writes,
            shards=owned[one.name], skew=None if one.name == seen.me else one.skew,
        )  # fmt: skip
    for name, silence in sorted(seen.dead.items()):
        yield MemberRow(name=name, state="dead", why="it is not heard any more", heard=silence)


def _state(one: LivingMember) -> str:
    if one.heartbeat.draining:
        return "draining"
    # Whoever is asked a moment after its start has heard the others for no longer than that.
    return "established" if one.is_established or one.heartbeat.owned else "new"


def _why(one: LivingMember, newest: int) -> str:
    if not one.is_able:
        return "NATS does not take what it writes: it owns nothing that it could act on"
    if one.heartbeat.generation < newest:
        return "its configuration is older: reload it"
    return ""


def _shard(seen: Seen, shard: Shard, how: ShardStanding, lost: Collection[Shard]) -> ShardRow:
    own, to = seen.own.get(shard), seen.leaving.get(shard)
    acts_in = _acts_in(seen, shard, how.owner) if how.owner is not None else 0.0
    if how.owner is None:
        nobody = "nobody has claimed it again yet" if how.epoch else "nobody has claimed it yet"
        state, why = "unowned", seen.waiting.get(shard, nobody)
    elif to is not None:
        state, why = "handed over", f"it goes to {to}"
    elif acts_in > 0.0:
        whose = "its last owner's" if how.epoch > 1 else "those of a daemon that ran before the cluster"
        state, why = "taken", f"its power and commands wait for {acts_in:.0f} s: {whose} may run"
    else:
        state, why = "owned", ""
    return ShardRow(
        shard=shard.text, owner=how.owner or "", epoch=how.epoch, state=state,
        since=how.unowned_for if how.owner is None else None,
        lease=own.lease if own and how.owner is not None else None,
        servers=own.servers if own else None,
        linked=own.linked if own else None, acts_in=acts_in or None,
        pinned=seen.wishes.pinned.get(shard.text, ""),
        why=seen.went_back.get(shard, LOST if shard in lost else why),
    )  # fmt: skip


def _acts_in(seen: Seen, shard: Shard, owner: str) -> float:
    """Seconds until its owner acts on its servers, by what that one says; 0 where it does already."""
    if shard.kind is not ShardKind.NODE:  # others act on no server
        return 0.0
    if (own := seen.own.get(shard)) is not None:
        return own.acts_in
    said = next((one for one in seen.living if one.name == owner), None)
    return max(0.0, said.heartbeat.waits.get(shard.text, 0.0) - said.silent) if said is not None else 0.0


def _troubles(seen: Seen, newest: int, lost: Mapping[Shard, str]) -> Iterator[str]:
    for name in seen.twins:
        yield f"two processes call themselves {name}: give one of them another `member` in `cluster`"
    for one in seen.living:
        if one.heartbeat.generation < newest:
            yield f"{one.name} has an older configuration, and keeps what it owns: `automaton reload` there"
        if one.skew is not None and abs(one.skew) > MOST_SKEW and one.name != seen.me:
            how = "ahead of" if one.skew > 0 else "behind"
            yield f"the clock of {one.name} is {abs(one.skew):.0f} s {how} that of {seen.me}: run NTP on both"
    for shard, why in sorted(seen.went_back.items()):
        yield f"{shard.text}: {why}; its power is held until `automaton cluster adopt {shard.text}`"
    for shard, owner in lost.items():
        adopt = f"`automaton cluster adopt {shard.text}`"
        yield f"{shard.text}: {LOST}; its power is held until {adopt} at {owner}"
    if (unowned := sum(how.owner is None for how in seen.standings.values())) > 0:
        what, them = ("1 shard is", "it") if unowned == 1 else (f"{unowned} shards are", "them")
        yield f"{what} owned by nobody: nothing acts on {them}"
