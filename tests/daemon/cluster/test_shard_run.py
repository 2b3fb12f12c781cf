"""One shard at this process, from its claim to its end."""

from __future__ import annotations

import asyncio

import anyio
import anyio.lowlevel
import pytest
from anyio.abc import TaskGroup
from starlette.applications import Starlette
from starlette.types import ASGIApp
from structlog.testing import capture_logs

from automaton.cluster.shard import Shard, ShardKind
from automaton.configuration.load import Configuration
from automaton.daemon.cluster.shard_run import Phase, ShardRun
from automaton.journal.port import Opened
from tests.daemon.cluster.stage import ASKED, OURS, FakeLog

pytestmark = pytest.mark.anyio

NODE = Shard(ShardKind.NODE, "eu-1")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class FakeHost:
    """Says what was done with it."""

    def __init__(self, did: list[str]) -> None:
        self.did = did
        self.is_settling = False
        self.begun = anyio.Event()
        self.tasks: TaskGroup | None = None
        self.under_way = 0.0  # seconds until what it does ends

    @property
    def app(self) -> ASGIApp:
        return Starlette()

    def begin(self, tasks: TaskGroup) -> None:
        self.did.append("begun")
        self.tasks = tasks
        self.begun.set()
        tasks.start_soon(anyio.sleep_forever)

    async def end(self, within: float) -> None:
        await anyio.sleep(self.under_way)
        self.did.append("ended")

    def close(self) -> None:
        self.did.append("closed")

    def take(self, new: Configuration) -> None:
        self.did.append("took")


class Stage:
    """A run over a log, with a host."""

    def __init__(self, log: FakeLog, *, is_there: bool = True) -> None:
        self.log = log
        self.is_there = is_there
        self.did: list[str] = []
        self.host = FakeHost(self.did)
        self.run = ShardRun(NODE, log, self._host_of)

    def _host_of(self, run: ShardRun, opened: Opened) -> FakeHost | None:
        if not self.is_there:
            return None
        self.did.append("made")
        return self.host


async def test_what_is_handed_over_ends_is_released_to_that_member_and_only_then_closed() -> None:
    stage = Stage(FakeLog())
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(stage.run.run)
        await stage.host.begun.wait()
        assert (stage.run.phase, stage.run.is_ours, stage.run.epoch) == (Phase.OWNED, True, 3)
        stage.run.hand_over("m-b")

    assert stage.did == ["made", "begun", "ended", "closed"]
    assert stage.log.released == ["m-b"]
    assert (stage.run.phase, stage.run.is_ours) == (Phase.OVER, False)
    assert stage.log.lease.left(1.0) < 0


async def test_what_is_anothers_by_now_is_closed_at_once_and_released_by_nobody() -> None:
    stage = Stage(FakeLog())
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(stage.run.run)
        await stage.host.begun.wait()
        stage.run.fence("m-b owns it")

    assert stage.did == ["made", "begun", "closed"]
    assert stage.log.released == []
    assert stage.run.why == "m-b owns it"


async def test_a_claim_that_another_won_runs_nothing() -> None:
    stage = Stage(FakeLog(["`m-b` owns it"]))
    await stage.run.run()

    assert stage.did == []
    assert (stage.run.phase, stage.run.why) == (Phase.OVER, "`m-b` owns it")


async def test_a_log_that_does_not_say_is_asked_again_and_nothing_runs_before_it_does() -> None:
    stage = Stage(FakeLog([ASKED, OURS]))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(stage.run.run)
        await stage.host.begun.wait()
        stage.run.hand_over("")

    assert stage.log.opened == 2
    assert stage.did[:2] == ["made", "begun"]


async def test_a_claim_that_is_given_up_before_the_log_answers_is_released() -> None:
    stage = Stage(FakeLog([ASKED]))
    stage.run.hand_over("m-b")
    await stage.run.run()

    assert (stage.did, stage.log.released) == ([], ["m-b"])


async def test_a_claim_that_is_given_up_before_the_log_says_that_it_is_ours_begins_nothing() -> None:
    stage = Stage(FakeLog())
    stage.run.hand_over("m-b")
    await stage.run.run()

    assert (stage.did, stage.log.released) == ([], ["m-b"])


async def test_what_is_no_more_once_its_log_is_ours_is_released_again() -> None:
    """A channel that a reload has taken away while its claim was under way."""
    stage = Stage(FakeLog(), is_there=False)
    await stage.run.run()

    assert (stage.did, stage.log.released) == ([], [""])
    assert (stage.run.phase, stage.run.why) == (Phase.OVER, "it is in the configuration no more")


async def test_what_becomes_anothers_while_it_is_handed_over_is_not_waited_for() -> None:
    stage = Stage(FakeLog())
    stage.host.under_way = 1e9
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(stage.run.run)
        await stage.host.begun.wait()
        stage.run.hand_over("m-b")
        while stage.run.phase is not Phase.LEAVING:
            await anyio.lowlevel.checkpoint()
        stage.run.fence("m-c owns it")

    assert stage.did == ["made", "begun", "closed"]
    assert (stage.log.released, stage.run.why) == ([], "m-c owns it")


async def test_a_run_whose_task_was_cancelled_by_nobody_says_so() -> None:
    """anyio ends a group, without an error, when a task of it ends as cancelled."""

    async def cancelled() -> None:
        raise asyncio.CancelledError

    stage = Stage(FakeLog())
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(stage.run.run)
        await stage.host.begun.wait()
        assert stage.host.tasks is not None
        with capture_logs() as logs:
            stage.host.tasks.start_soon(cancelled)
            while stage.run.phase is not Phase.OVER:
                await anyio.lowlevel.checkpoint()

    assert [line["event"] for line in logs] == ["shard.failed"]
    assert stage.did == ["made", "begun", "closed"]
