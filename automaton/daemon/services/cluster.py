"""The cluster as this member sees it, and what people ask of it: members that are drained, shards that move.

Law: nothing is done here. A wish is written where every member reads it, and each does its own part.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import structlog
from starlette.routing import Route

from automaton.cluster.control.seen import Seen, cluster_view
from automaton.cluster.shard import Shard
from automaton.cluster.wishes import Wishes
from automaton.did_you_mean import nearest
from automaton.web.routes import cluster
from automaton.web.routes.cluster import AdoptWanted, ClusterView, DrainWanted, MoveWanted, WishAnswer


class ClusterSight(Protocol):
    """What is needed of the member."""

    def seen(self) -> Seen:
        """Everything as it is seen now."""

    async def wish(self, change: Callable[[Wishes], Wishes]) -> str:
        """Changes what is asked of all, by compare-and-set; why it could not be written, empty for well."""

    async def adopt(self, shard: Shard) -> str:
        """Takes a log as it is now for whole; why it could not be, empty for well."""


class ClusterService:
    """Answers by what one member sees."""

    def __init__(self, sight: ClusterSight) -> None:
        self._sight = sight
        self._log = structlog.get_logger()

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return cluster.routes(self)

    def cluster(self) -> ClusterView:
        """Members and shards as they are seen now."""
        return cluster_view(self._sight.seen())

    async def drain(self, wanted: DrainWanted, who: str) -> WishAnswer:
        """Has a member give away what it owns, and be given nothing; or take part again."""
        seen = self._sight.seen()
        member = wanted.member or seen.me
        if member not in (known := _names(seen) | seen.wishes.draining):
            return _unknown("member", member, known)
        if not wanted.end and not _takers(seen, member):
            return WishAnswer(taken=False, says=f"nobody but {member} could own anything: nothing is drained")
        change = Wishes.undrain if wanted.end else Wishes.drain
        if problem := await self._sight.wish(lambda wishes: change(wishes, member)):
            return WishAnswer(taken=False, says=problem)
        self._log.warning("operator.drain", member=member, end=wanted.end, by=who)
        if wanted.end:
            return WishAnswer(taken=True, says=f"{member} takes part again")
        owns = sum(how.owner == member for how in seen.standings.values())
        return WishAnswer(taken=True, says=f"{member} hands over the {owns} that it owns, some at a time")

    async def move(self, wanted: MoveWanted, who: str) -> WishAnswer:
        """Has a shard go to a member and stay there."""
        seen = self._sight.seen()
        shards = {shard.text: shard for shard in seen.standings}
        shard = shards.get(wanted.shard)
        if shard is None:
            return _unknown("shard", wanted.shard, set(shards))
        if wanted.member and wanted.member not in (living := {one.name for one in seen.living}):
            return _unknown("living member", wanted.member, living)
        if wanted.member in seen.wishes.draining:
            says = f"{wanted.member} is being drained; `automaton cluster drain {wanted.member} --end` first"
            return WishAnswer(taken=False, says=says)
        if problem := await self._sight.wish(lambda wishes: _moved(wishes, shard, wanted.member)):
            return WishAnswer(taken=False, says=problem)
        self._log.warning("operator.move", shard=shard.text, member=wanted.member, by=who)
        where = f"goes to {wanted.member} and stays there" if wanted.member else "goes where it should"
        return WishAnswer(taken=True, says=f"{shard.text} {where}")

    async def adopt(self, wanted: AdoptWanted, who: str) -> WishAnswer:
        """Takes logs that went back as the truth from now on."""
        seen = self._sight.seen()
        waiting = {shard.text: shard for shard in seen.went_back}
        if wanted.shard and wanted.shard not in waiting:
            return _not_waiting(seen, wanted.shard)
        if not waiting:
            return _nothing_waits(seen)
        for text in [wanted.shard] if wanted.shard else sorted(waiting):
            if problem := await self._sight.adopt(waiting[text]):
                return WishAnswer(taken=False, says=f"{text}: {problem}")
            self._log.warning("operator.adopt", shard=text, by=who)
        adopted = wanted.shard or ", ".join(sorted(waiting))
        return WishAnswer(taken=True, says=f"{adopted}: the log is taken as it is, and actions go on")


def _names(seen: Seen) -> frozenset[str]:
    return frozenset({one.name for one in seen.living} | set(seen.dead))


def _takers(seen: Seen, but: str) -> bool:
    """Whether somebody else may be given what this member has."""
    return any(one.name != but and one.is_able and not one.heartbeat.draining for one in seen.living)


def _not_waiting(seen: Seen, text: str) -> WishAnswer:
    """Nothing is to be adopted under this name here."""
    shards = {shard.text: shard for shard in seen.standings}
    if text not in shards:
        return _unknown("shard", text, set(shards))
    if (owner := seen.lost_elsewhere().get(shards[text])) is not None:
        says = f"{owner} owns {text}: `automaton cluster adopt {text}` there"
    else:
        says = f"the log of `{text}` did not go back, as far as known"
    return WishAnswer(taken=False, says=says)


def _nothing_waits(seen: Seen) -> WishAnswer:
    owners = sorted(set(seen.lost_elsewhere().values()))
    says = (
        f"no log of {seen.me} went back; of {', '.join(owners)} some did: adopt them there"
        if owners
        else "no log went back: there is nothing to adopt"
    )
    return WishAnswer(taken=False, says=says)


def _moved(wishes: Wishes, shard: Shard, member: str) -> Wishes:
    return wishes.move(shard, member) if member else wishes.unpin(shard)


def _unknown(what: str, name: str, known: set[str] | frozenset[str]) -> WishAnswer:
    near = nearest(name, sorted(known))
    hint = f", did you mean `{near}`?" if near else "; `automaton cluster status` lists them"
    return WishAnswer(taken=False, says=f"there is no {what} `{name}`{hint}")
