"""All shards at this process."""

from __future__ import annotations

import anyio
import pytest

from automaton.cluster.claim_steps import Owned
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.daemon.cluster.shard_run import Phase, ShardRun
from automaton.daemon.cluster.shard_runs import RELEASE_TOLD, ShardRuns
from automaton.journal.port import Opened
from tests.daemon.cluster.stage import ASKED, FakeLog
from tests.daemon.cluster.test_shard_run import FakeHost

pytestmark = pytest.mark.anyio

NODE = Shard(ShardKind.NODE, "eu-1")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Stage:
    """Runs over logs of which each new try has its own, and a clock that is set."""

    def __init__(self) -> None:
        self.boot = 100.0
        self.logs: list[FakeLog] = []
        self.hosts: dict[Shard, FakeHost] = {}
        self.next: list[FakeLog] = []
        self.runs = ShardRuns(self._run_of, lambda: self.boot)

    def _run_of(self, shard: Shard) -> ShardRun:
        log = self.next.pop(0) if self.next else FakeLog()
        self.logs.append(log)
        return ShardRun(shard, log, self._host_of)

    def _host_of(self, run: ShardRun, opened: Opened) -> FakeHost:
        host = self.hosts[run.shard] = FakeHost([])
        return host

    async def owned(self, shard: Shard) -> None:
        while shard not in self.runs.owned():  # noqa: ASYNC110 - a thread claims, and tells nobody
            await anyio.sleep(0.001)

    async def gone(self, shard: Shard) -> None:
        while self.runs.run(shard) is not None:  # noqa: ASYNC110 - likewise
            await anyio.sleep(0.001)


async def test_orders_that_are_repeated_make_one_try() -> None:
    stage = Stage()
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        stage.runs.take(NODE)
        stage.runs.take(NODE)
        await stage.owned(NODE)
        stage.runs.take(NODE)

        assert len(stage.logs) == 1
        assert stage.runs.owned() == {NODE: 3}
        assert stage.runs.host(NODE) is stage.hosts[NODE]
        assert stage.runs.host(FLEET) is None
        await stage.runs.end()


async def test_what_was_handed_over_is_told_for_a_while_to_whom() -> None:
    stage = Stage()
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        stage.runs.take(NODE)
        await stage.owned(NODE)
        stage.runs.hand_over(NODE, "m-b")
        await stage.gone(NODE)

        assert stage.logs[0].released == ["m-b"]
        assert stage.runs.released() == {NODE: "m-b"}
        stage.boot += RELEASE_TOLD
        assert stage.runs.released() == {}


async def test_a_shard_that_another_won_is_not_tried_again_at_once() -> None:
    stage = Stage()
    stage.next = [FakeLog(["`m-b` owns it"])]
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        stage.runs.take(NODE)
        await stage.gone(NODE)
        stage.runs.take(NODE)
        assert stage.runs.run(NODE) is None
        stage.boot += 5.0
        stage.runs.take(NODE)
        await stage.owned(NODE)
        await stage.runs.end()

    assert len(stage.logs) == 2


async def test_a_process_that_ends_releases_all_and_takes_nothing_more() -> None:
    stage = Stage()
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        stage.runs.take(NODE)
        stage.runs.take(FLEET)
        await stage.owned(NODE)
        await stage.owned(FLEET)
        await stage.runs.end()
        stage.runs.take(NODE)

    assert [log.released for log in stage.logs] == [[""], [""]]
    assert not list(stage.runs)


async def test_shards_whose_servers_are_not_all_seen_are_counted() -> None:
    stage = Stage()
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        stage.runs.take(NODE)
        await stage.owned(NODE)
        assert stage.runs.settling() == 0
        stage.hosts[NODE].is_settling = True
        assert stage.runs.settling() == 1
        assert next(iter(stage.runs)).phase is Phase.OWNED
        await stage.runs.end()


async def test_nodes_that_were_taken_over_a_moment_ago_are_told_with_what_is_left() -> None:
    stage = Stage()
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        for shard in (NODE, FLEET):
            stage.runs.take(shard)
            await stage.owned(shard)
        assert stage.runs.waits() == {}
        for log in stage.logs:
            log.claimed = Owned(epoch=3, sequence=1, acts_from=175.0, lost=False, anew=False)

        assert stage.runs.waits() == {NODE: 75.0}  # the fleet acts on no server
        stage.boot = 175.0
        assert stage.runs.waits() == {}
        await stage.runs.end()


async def test_logs_of_ours_that_lost_their_end_are_told() -> None:
    stage = Stage()
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        for shard in (NODE, FLEET):
            stage.runs.take(shard)
            await stage.owned(shard)
        assert stage.runs.lost() == []
        stage.logs[0].is_lost = True

        assert stage.runs.lost() == [NODE]
        await stage.runs.end()


async def test_a_claim_is_given_up_where_there_is_no_such_shard_any_more() -> None:
    """Else a log that nobody can make would be asked for ever."""
    stage = Stage()
    stage.next = [FakeLog([ASKED])]
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        stage.runs.take(NODE)
        while not stage.logs[0].opened:  # noqa: ASYNC110 - likewise
            await anyio.sleep(0.001)
        stage.runs.give_up(NODE)
        await stage.gone(NODE)

    assert stage.logs[0].released == [""]


async def test_shards_that_were_tried_long_ago_are_not_remembered() -> None:
    stage = Stage()
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        for number in range(3):
            shard = Shard(ShardKind.NODE, f"n-{number}")
            stage.next = [FakeLog(["`m-b` owns it"])]
            stage.runs.take(shard)
            await stage.gone(shard)
            stage.boot += 5.0

    assert len(stage.runs._not_before) == 1


async def test_what_is_taken_back_is_not_told_as_released_any_more() -> None:
    """Nobody who comes late for it is to be led to a log that is claimed again."""
    stage = Stage()
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        stage.runs.take(NODE)
        await stage.owned(NODE)
        stage.runs.hand_over(NODE, "m-b")
        await stage.gone(NODE)
        stage.boot += 5.0
        assert stage.runs.released() == {NODE: "m-b"}
        stage.runs.take(NODE)
        assert stage.runs.released() == {}
        await stage.owned(NODE)
        await stage.runs.end()


async def test_that_what_ran_for_a_shard_is_let_go_is_told_and_not_of_a_shard_that_was_never_ours() -> None:
    stage, over = Stage(), list[bool]()
    stage.runs.on_over = lambda: over.append(stage.runs.run(NODE) is None)
    stage.next = [FakeLog(), FakeLog(["`m2` owns it"])]
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        stage.runs.take(NODE)
        await stage.owned(NODE)
        stage.runs.give_up(NODE)
        await stage.gone(NODE)
        stage.runs.take(FLEET)
        await stage.gone(FLEET)

    assert over == [True]


async def test_rows_that_were_lost_stay_counted_when_their_shard_is_gone() -> None:
    stage = Stage()
    stage.next += [FakeLog(lost_rows=3), FakeLog(lost_rows=4)]
    async with anyio.create_task_group() as tasks:
        stage.runs.begin(tasks)
        for shard in (NODE, FLEET):
            stage.runs.take(shard)
            await stage.owned(shard)
        stage.runs.hand_over(NODE, "m-b")
        await stage.gone(NODE)
        counted = stage.runs.lost_rows()
        tasks.cancel_scope.cancel()

    assert counted == 7
