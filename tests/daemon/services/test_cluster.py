"""What people ask of a cluster is written for all, or refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from automaton.cluster.control.seen import Seen
from automaton.cluster.ownership import ShardStanding
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.cluster.wishes import Wishes
from automaton.daemon.services.cluster import ClusterService
from automaton.web.routes.cluster import AdoptWanted, DrainWanted, MoveWanted
from tests.cluster.beats import beat, member

pytestmark = pytest.mark.anyio

EU = Shard(ShardKind.NODE, "eu-1")


class Sight:
    """Two members, of which `a` owns everything; `problem` is why nothing can be written."""

    def __init__(self, went_back: Mapping[Shard, str] | None = None, problem: str = "") -> None:
        standing = ShardStanding(owner="a", epoch=1, written=1, unowned_for=0.0)
        self.now = Seen(
            name="hosting", me="a", living=[member(beat("a")), member(beat("b"))],
            standings={FLEET: standing, EU: standing}, went_back=went_back or {},
        )  # fmt: skip
        self.problem = problem
        self.adopted: list[Shard] = []

    def seen(self) -> Seen:
        return self.now

    async def wish(self, change: Callable[[Wishes], Wishes]) -> str:
        if not self.problem:
            self.now = replace(self.now, wishes=change(self.now.wishes))
        return self.problem

    async def adopt(self, shard: Shard) -> str:
        self.adopted.append(shard)
        return self.problem


async def test_the_member_that_is_asked_is_drained_and_takes_part_again() -> None:
    sight = Sight()
    service = ClusterService(sight)

    drained = await service.drain(DrainWanted(), "uid 0")
    draining = sight.now.wishes.draining
    ended = await service.drain(DrainWanted(end=True), "uid 0")

    assert (drained.says, ended.says) == (
        "a hands over the 2 that it owns, some at a time",
        "a takes part again",
    )
    assert (draining, sight.now.wishes.draining) == (frozenset({"a"}), frozenset())


async def test_the_last_member_that_could_own_anything_is_not_drained() -> None:
    sight = Sight()
    sight.now = replace(sight.now, living=[member(beat("a")), member(beat("b", draining=True))])

    answer = await ClusterService(sight).drain(DrainWanted("a"), "uid 0")

    assert (answer.taken, sight.now.wishes) == (False, Wishes())


async def test_a_shard_goes_where_a_person_wants_it_until_it_is_let_go() -> None:
    sight = Sight()
    service = ClusterService(sight)

    moved = await service.move(MoveWanted("node:eu-1", "b"), "uid 0")
    pinned = sight.now.wishes.pinned
    let_go = await service.move(MoveWanted("node:eu-1"), "uid 0")

    assert (moved.says, let_go.says) == (
        "node:eu-1 goes to b and stays there",
        "node:eu-1 goes where it should",
    )
    assert (pinned, sight.now.wishes.pinned) == ({"node:eu-1": "b"}, {})


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (MoveWanted("node:eu-2", "b"), "there is no shard `node:eu-2`, did you mean `node:eu-1`?"),
        (MoveWanted("fleet", "z"), "there is no living member `z`; `automaton cluster status` lists them"),
    ],
)
async def test_what_does_not_exist_is_not_moved(wanted: MoveWanted, says: str) -> None:
    answer = await ClusterService(Sight()).move(wanted, "uid 0")

    assert (answer.taken, answer.says) == (False, says)


async def test_nothing_goes_to_a_member_that_is_drained() -> None:
    sight = Sight()
    sight.now = replace(sight.now, wishes=Wishes().drain("b"))

    answer = await ClusterService(sight).move(MoveWanted("fleet", "b"), "uid 0")

    assert answer.says == "b is being drained; `automaton cluster drain b --end` first"


async def test_what_cannot_be_written_is_told() -> None:
    answer = await ClusterService(Sight(problem="NATS has no majority")).move(MoveWanted("fleet", "b"), "")

    assert (answer.taken, answer.says) == (False, "NATS has no majority")


async def test_logs_that_went_back_are_adopted_and_no_others() -> None:
    sight = Sight({EU: "its log ends at 5"})
    service = ClusterService(sight)

    other = await service.adopt(AdoptWanted("fleet"), "uid 0")
    all_of_them = await service.adopt(AdoptWanted(), "uid 0")

    assert (other.taken, all_of_them.taken, sight.adopted) == (False, True, [EU])
    assert not (await ClusterService(Sight()).adopt(AdoptWanted(), "uid 0")).taken


async def test_a_log_that_another_member_owns_is_adopted_there() -> None:
    sight = Sight()
    standing = replace(sight.now.standings[EU], owner="b")
    sight.now = replace(
        sight.now,
        living=[member(beat("a")), member(beat("b", lost=(EU.text,)))],
        standings={**sight.now.standings, EU: standing},
    )
    service = ClusterService(sight)

    answers = [await service.adopt(AdoptWanted(text), "uid 0") for text in (EU.text, "", "node:eu-2")]

    assert [answer.says for answer in answers] == [
        "b owns node:eu-1: `automaton cluster adopt node:eu-1` there",
        "no log of a went back; of b some did: adopt them there",
        "there is no shard `node:eu-2`, did you mean `node:eu-1`?",
    ]
    assert sight.adopted == []


async def test_the_routes_tell_what_is_seen() -> None:
    service = ClusterService(Sight())

    assert [row.shard for row in service.cluster().shards] == ["fleet", "node:eu-1"]
    assert len(service.routes()) == 4
