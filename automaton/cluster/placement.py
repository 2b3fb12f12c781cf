"""What this member should do about shards now: take what nobody owns, hand over what another should have.

Never robs the living. Others may see the world otherwise for some seconds: then two claim one shard, its log
takes one of the claims, and nothing is lost but a try.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from automaton.cluster.assignment import assign
from automaton.cluster.members import ESTABLISHED_AFTER, LivingMember
from automaton.cluster.ownership import ShardStanding
from automaton.cluster.rendezvous import ranked
from automaton.cluster.shard import Shard, ShardKind
from automaton.cluster.untaken import Untaken

PATIENCE = 4.0
"""Seconds that each next one waits for those before it; 10 of silence, and twice this, stay below 20."""
ABOUT_TO_BE = 5.0  # seconds before a newcomer is established during which an unowned shard may wait for it
OLDER_WAIT = 60.0  # seconds after which an older configuration is better than none
SETTLED_AFTER = 10.0
"""Seconds for which those who could be given shards stayed the same: until then nothing moves.

One that is drained is one of them, for that is what somebody wants, and no coming and going.
"""

MOST_HANDOVERS = 2  # at once from one member: what is handed over is unseen until its links are up again


@dataclass(frozen=True, slots=True)
class Take:
    """Claim this shard."""

    shard: Shard


@dataclass(frozen=True, slots=True)
class HandOver:
    """Begin to hand this shard to that member."""

    shard: Shard
    to: str


Order = Take | HandOver


@dataclass(frozen=True, slots=True)
class Placement:
    """What to do, and why what is unowned is not taken, or what was asked for is not done.

    `spared` are members that are given nothing of a kind, for they did not take what was handed to them.
    """

    orders: list[Order]
    waiting: dict[Shard, str]  # sentences, for people
    spared: frozenset[tuple[str, ShardKind]] = frozenset()


class Placing:
    """Decides once a second; remembers since when those who could be given shards are the same, and who of
    them did not take what was handed to it."""

    def __init__(self, me: str) -> None:
        self._me = me
        self._untaken = Untaken(PATIENCE)
        self._present: dict[str, int] = {}
        self._since = 0.0

    def place(
        self,
        living: list[LivingMember],
        standings: Mapping[Shard, ShardStanding],
        pins: Mapping[Shard, str],
        leaving: Mapping[Shard, str],
        working: float,
    ) -> Placement:
        """Orders are repeated until they are followed: who is at it already passes over them.

        `leaving` are our shards whose handover has begun, and to whom; `working` is the clock of `Members`.
        """
        me = next((member for member in living if member.name == self._me), None)
        if me is None:
            return Placement([], {})
        self._untaken.look(standings, working)
        look = _Look(me, living, standings, pins, self._untaken, working)
        if look.present != self._present:
            self._present, self._since = look.present, working
        takes, waiting = look.takes()
        is_settled = working - self._since >= SETTLED_AFTER
        handovers = look.handovers(leaving, is_settled=is_settled)
        return Placement(
            [*takes, *handovers],
            {**look.spared(), **look.unheeded(), **waiting},
            self._untaken.spared(working),
        )


def newest_generation(living: list[LivingMember]) -> int:
    """The latest configuration among those that could own something: one that nobody has is no measure."""
    return max(
        (member.heartbeat.generation for member in living if member.is_established and _is_free(member)),
        default=max((member.heartbeat.generation for member in living), default=0),
    )


def _is_free(member: LivingMember) -> bool:
    return member.is_able and not member.heartbeat.draining


class _Look:
    """One look at everything."""

    def __init__(
        self,
        me: LivingMember,
        living: list[LivingMember],
        standings: Mapping[Shard, ShardStanding],
        pins: Mapping[Shard, str],
        untaken: Untaken,
        working: float,
    ) -> None:
        self._me = me
        self._untaken, self._working = untaken, working
        self._by_name = {member.name: member for member in living}
        self._standings = standings
        self._pins = pins
        self._newest = newest_generation(living)
        self._cores = {member.name: member.heartbeat.cores for member in living}
        able = [one for one in living if one.is_able and one.heartbeat.generation >= self._newest]
        self.present = {one.name: one.heartbeat.cores for one in able if one.is_established}
        self._up_to_date = [member for member in able if _is_free(member)]
        self.given = {one.name: one.heartbeat.cores for one in self._up_to_date if one.is_established}

    def takes(self) -> tuple[list[Take], dict[Shard, str]]:
        """Of what nobody owns: what is ours to take, and why the rest waits."""
        unowned = {shard: how for shard, how in self._standings.items() if how.owner is None}
        takes: list[Take] = []
        waiting: dict[Shard, str] = {}
        if not unowned:
            return takes, waiting
        soon = {
            one.name: one.heartbeat.cores
            for one in self._up_to_date
            if one.steady >= ESTABLISHED_AFTER - ABOUT_TO_BE
        }
        wanted = self._assign_to_takers(soon)
        for shard, how in unowned.items():
            why = self._why_not(shard, how, wanted.get(shard))
            if why is None:
                takes.append(Take(shard))
            else:
                waiting[shard] = why
        return takes, waiting

    def handovers(self, leaving: Mapping[Shard, str], *, is_settled: bool) -> list[HandOver]:
        """Of what we own: what another should have, as far as it may go now.

        To each member one at a time, once it has seen the servers of the last: so a newcomer is no storm of
        links.
        """
        if not self.given or not is_settled or len(leaving) >= MOST_HANDOVERS:
            return []
        owned = [shard for shard, how in self._standings.items() if how.owner == self._me.name]
        if not self._me.heartbeat.draining and self._me.name not in self.given:
            owned = [shard for shard in owned if self._pins.get(shard) in self.given]  # it keeps the rest
        wanted = self._assign_to_takers(self.given) if owned else {}
        going: dict[str, HandOver] = {}
        for shard in sorted(owned):
            to = wanted.get(shard, self._me.name)
            if to == self._me.name or shard in leaving or to in going or to in leaving.values():
                continue
            if self._by_name[to].heartbeat.settling == 0:
                going[to] = HandOver(shard, to)
        return list(going.values())[: MOST_HANDOVERS - len(leaving)]

    def unheeded(self) -> dict[Shard, str]:
        """What people asked for and nobody can do now: pinned shards, and those of a drained member."""
        why: dict[Shard, str] = {}
        for shard, how in self._standings.items():
            pin = self._pins.get(shard)
            if pin is not None and how.owner not in (None, pin) and pin not in self.given:
                why[shard] = f"asked to be at {pin}, which {self._why_not_given(pin)}"
            elif how.owner == self._me.name and self._is_stuck(shard):
                why[shard] = f"{how.owner} is being drained, and nobody else may be given it"
        return why

    def spared(self) -> dict[Shard, str]:
        """Of what we own: what another would have, if it took what it is handed."""
        if all(self._takes(name, kind) for name in self.given for kind in ShardKind):
            return {}
        wanted = self._assign(self.given)
        owned = [shard for shard, how in self._standings.items() if how.owner == self._me.name]
        would = {shard: wanted.get(shard, self._me.name) for shard in owned}
        return {
            shard: self._why_spared(to, shard.kind)
            for shard, to in would.items()
            if to != self._me.name and not self._takes(to, shard.kind)
        }

    def _why_spared(self, member: str, kind: ShardKind) -> str:
        left = self._untaken.left(member, kind, self._working)
        if left:
            return f"{member} did not take what was handed to it, and is given more in {left:.0f} s"
        return f"{member} knows of no node yet: it has not read the list of a Panel"

    def _is_stuck(self, shard: Shard) -> bool:
        can_go = any(self._can_take(name, shard) and self._takes(name, shard.kind) for name in self.given)
        return self._me.heartbeat.draining and not can_go

    def _why_not_given(self, name: str) -> str:
        member = self._by_name.get(name)
        if member is None:
            return "is not here"
        if member.heartbeat.draining:
            return "is being drained"
        if not member.is_able:
            return "cannot write to NATS"
        if not member.is_established:
            return f"came {member.steady:.0f} s ago"
        return "has an older configuration"

    def _assign_to_takers(self, among: dict[str, int]) -> dict[Shard, str]:
        """To those of them who take what they are handed."""
        assigned: dict[Shard, str] = {}
        for kind in ShardKind:
            takers = {name: cores for name, cores in among.items() if self._takes(name, kind)}
            assigned |= self._assign(takers, kind)
        return assigned

    def _assign(self, cores: dict[str, int], kind: ShardKind | None = None) -> dict[Shard, str]:
        """Of one kind of shards, or of all."""
        owners = {
            shard: how.owner
            for shard, how in self._standings.items()
            if kind in (None, shard.kind)
            and (
                how.owner is None
                or how.owner in cores
                or self._is_leaving(how.owner)
                or self._pins.get(shard) in cores
            )
        }
        return assign(cores, owners, self._pins, self._can_take)

    def _is_leaving(self, owner: str) -> bool:
        return self._by_name[owner].heartbeat.draining

    def _can_take(self, member: str, shard: Shard) -> bool:
        written = self._standings[shard].written
        return written is None or self._by_name[member].heartbeat.formats.reads(written)

    def _takes(self, member: str, kind: ShardKind) -> bool:
        """Whether it takes what it is handed, as far as is known. What we know is in our own list."""
        is_of_list = kind is ShardKind.NODE and member != self._me.name
        knows = not is_of_list or self._by_name[member].heartbeat.knows_nodes
        return knows and not self._untaken.left(member, kind, self._working)

    def _why_not(self, shard: Shard, how: ShardStanding, wanted: str | None) -> str | None:
        """Why we do not take this unowned shard now; None when we do."""
        name, me = self._me.name, self._me
        if not self._can_take(name, shard):
            return f"its log is in format {how.written}, which {name} does not read: upgrade {name}"
        if not me.is_able:
            return f"NATS does not take what {name} writes, or {name} is not heard, or another has its name"
        if how.released_to == name:
            return None
        if me.heartbeat.draining:
            return f"{name} is being drained"
        if not me.is_established:
            return f"{name} came {me.steady:.0f} s ago; newcomers take nothing for {ESTABLISHED_AFTER:.0f} s"
        if how.claimed_by is not None:
            return f"{how.claimed_by} has claimed it"
        if how.released_to is not None and how.unowned_for < PATIENCE:
            return f"released to {how.released_to}, which is to claim it"
        return self._why_another(shard, how, wanted)

    def _why_another(self, shard: Shard, how: ShardStanding, wanted: str | None) -> str | None:
        """We could. Others may be better at it, and each next one waits longer for those before it."""
        name, me = self._me.name, self._me
        if wanted == name:
            return None
        waited = min(how.unowned_for, me.steady - ESTABLISHED_AFTER)
        if name in self.given:
            if waited >= PATIENCE * self._place_in_line(shard, list(self.given), wanted):
                return None
            return f"{wanted} is to take it"
        older = [
            member.name
            for member in self._by_name.values()
            if member.is_established and _is_free(member) and member.name not in self.given
        ]
        patience = OLDER_WAIT + PATIENCE * self._place_in_line(shard, older, None)
        if waited >= patience:
            return None
        if wanted is not None:
            return f"{wanted} is to take it; {name} has an older configuration and waits {patience:.0f} s"
        return f"{name} has an older configuration and waits {patience:.0f} s for one that has the latest"

    def _place_in_line(self, shard: Shard, among: list[str], first: str | None) -> int:
        """How many come before us: 0 is the first."""
        can = [name for name in among if self._can_take(name, shard)]
        line = ranked(self._cores, {*can, self._me.name} - {first}, shard)
        return line.index(self._me.name) + (first is not None)
