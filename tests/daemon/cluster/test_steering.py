"""Who lives, who owns what, and what is done about it, once a second."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import msgspec
import pytest
import structlog

from automaton.cluster.heartbeat import Formats, Heartbeat
from automaton.cluster.members import DEAD_AFTER, ESTABLISHED_AFTER
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.core.moment import Moment
from automaton.daemon.cluster.shard_run import ShardRun
from automaton.daemon.cluster.shard_runs import ShardRuns
from automaton.daemon.cluster.steering import Self, Steering
from automaton.journal.port import Opened
from tests.daemon.cluster.stage import FakeLog
from tests.daemon.cluster.test_shard_run import FakeHost

pytestmark = pytest.mark.anyio

EU = Shard(ShardKind.NODE, "eu-1")
US = Shard(ShardKind.NODE, "us-1")
GONE = Shard(ShardKind.CHANNEL, "gone")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Hand:
    """Both clocks, set by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> Moment:
        return Moment(self.seconds, self.seconds)

    def boot(self) -> float:
        return self.seconds


class Said(list[Heartbeat]):
    """What was told to all."""

    async def say(self, heartbeat: Heartbeat) -> bool:
        self.append(heartbeat)
        return True


class Stage:
    """One member, alone or with others whose heartbeats are made up."""

    def __init__(self) -> None:
        self.clock, self.said = Hand(), Said()
        self.shards = [FLEET, EU]
        self.runs = ShardRuns(lambda shard: ShardRun(shard, FakeLog(), self._host_of), self.clock.boot)
        me = Self(member="m-a", boot="b1", cores=2, reads_from=1, reads_to=1, writes=lambda: 1)
        self.steering = Steering(
            me, self.said, self._prove, self.runs, lambda: self.shards, self.clock, lambda: 7
        )
        self.other_number = 0

    async def _prove(self) -> None:
        pass

    def _host_of(self, run: ShardRun, opened: Opened) -> FakeHost:
        return FakeHost([])

    def other(self, name: str, **owned: int) -> Heartbeat:
        self.other_number += 1
        return Heartbeat(
            member=name, boot="other", number=self.other_number, cores=2,
            formats=Formats(reads_from=1, reads_to=1, writes=1), generation=7, appends_work=True,
            wall=self.clock.seconds, owned={text.replace("_", ":"): epoch for text, epoch in owned.items()},
            releasing={}, draining=False, version="1", started_ago=100.0,
        )  # fmt: skip

    async def seconds(self, number: int, *others: tuple[str, dict[str, int]]) -> None:
        """Passes time as `run` does, while NATS takes what this member writes."""
        for _ in range(number):
            self.clock.seconds += 1.0
            self.steering._proved = self.clock.seconds
            self.steering.hear(self.steering.heartbeat())
            for name, owned in others:
                self.steering.hear(self.other(name, **owned))
            self.steering.look()
            await anyio.lowlevel.checkpoint()

    async def owns(self, *shards: Shard) -> None:
        while set(self.runs.owned()) != set(shards):  # noqa: ASYNC110 - a thread claims, and tells nobody
            await anyio.sleep(0.001)


async def test_a_newcomer_takes_what_nobody_owns_once_it_has_been_there_for_a_while() -> None:
    stage = Stage()
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        await stage.seconds(int(ESTABLISHED_AFTER) - 2)
        assert not list(stage.runs)
        assert "newcomers take nothing" in stage.steering.looked.placement.waiting[EU]
        await stage.seconds(5)
        await stage.owns(FLEET, EU)

        told = stage.steering.heartbeat()
        assert told.owned == {"fleet": 3, "node:eu-1": 3}
        assert (told.member, told.generation, told.appends_work) == ("m-a", 7, True)
        await stage.runs.end()


async def test_what_a_living_member_owns_is_never_taken_and_what_a_dead_one_owned_is() -> None:
    stage = Stage()
    theirs = ("m-b", {"fleet": 9, "node_eu-1": 9})
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        await stage.seconds(60, theirs)
        assert not list(stage.runs)
        assert stage.steering.looked.standings[EU].owner == "m-b"
        await stage.seconds(int(DEAD_AFTER) + 3)
        await stage.owns(FLEET, EU)
        await stage.runs.end()


async def test_what_is_released_to_this_member_is_looked_at_at_once() -> None:
    """Not a second later: nobody watches its servers meanwhile."""
    stage = Stage()
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        await stage.seconds(60, ("m-b", {"fleet": 9, "node_eu-1": 9}))
        tasks.start_soon(stage.steering.run)
        while not stage.said:
            await anyio.lowlevel.checkpoint()
        released = stage.other("m-b", fleet=9)
        stage.steering.hear(msgspec.structs.replace(released, releasing={"node:eu-1": "m-a"}))
        await stage.owns(EU)
        stage.runs.hand_over(EU, "m-b")
        await stage.owns()

        while not any(one.releasing == {"node:eu-1": "m-b"} for one in stage.said):
            await anyio.lowlevel.checkpoint()
        assert stage.clock.seconds == 1060.0, "no time has passed"
        tasks.cancel_scope.cancel()


async def test_a_shard_that_is_no_more_is_given_up() -> None:
    stage = Stage()
    stage.shards = [FLEET, GONE]
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        await stage.seconds(int(ESTABLISHED_AFTER) + 5)
        await stage.owns(FLEET, GONE)
        stage.shards = [FLEET]
        await stage.seconds(1)
        await stage.owns(FLEET)
        await stage.runs.end()


async def test_a_member_that_nats_does_not_hear_takes_nothing() -> None:
    stage = Stage()
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        for _ in range(120):
            stage.clock.seconds += 1.0
            stage.steering.hear(stage.steering.heartbeat())
            stage.steering.look()
        assert not list(stage.runs)
        assert stage.steering.last_acknowledged() is None
        assert not stage.steering.heartbeat().appends_work
        tasks.cancel_scope.cancel()


async def test_who_hears_nobody_buries_nobody_because_its_logs_go_on_by_another_way() -> None:
    """Its heartbeats end at a server of NATS that lost the others; its logs go elsewhere."""
    stage = Stage()
    stage.shards.append(US)
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        await stage.seconds(60, ("m-b", {"node_us-1": 2}))
        await stage.owns(FLEET, EU)
        for _ in range(60):
            stage.clock.seconds += 1.0
            for run in stage.runs:  # an idle append every now and then
                run.journals.lease.extend(stage.clock.seconds + 10.0)
            stage.steering.hear(stage.steering.heartbeat())  # as its own server brings it back
            stage.steering.look()

        assert "m-b" in {one.name for one in stage.steering.members.living()}
        assert US not in {run.shard for run in stage.runs}
        await stage.runs.end()
        tasks.cancel_scope.cancel()


async def test_a_member_that_does_not_take_what_was_handed_to_it_is_told_once() -> None:
    stage = Stage()
    stage.shards = [US]
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        with structlog.testing.capture_logs() as told:
            for _ in range(8):
                await stage.seconds(1, ("m-c", {}))
                stage.steering.hear(msgspec.structs.replace(stage.other("m-b"), releasing={US.text: "m-c"}))
        tasks.cancel_scope.cancel()

    assert [(one["event"], one["member"], one["kind"]) for one in told] == [
        ("member.took_nothing", "m-c", "node")
    ]


async def test_it_says_whether_it_knows_of_a_node() -> None:
    stage = Stage()
    stage.shards = [FLEET]
    await stage.seconds(1)
    assert not stage.steering.heartbeat().knows_nodes

    stage.shards = [FLEET, EU]
    await stage.seconds(1)
    assert stage.steering.heartbeat().knows_nodes
