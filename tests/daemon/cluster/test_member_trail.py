"""The trail of a member, while NATS or the disk come and go."""

from __future__ import annotations

from collections.abc import Sequence

import anyio
import pytest
from structlog.testing import capture_logs

from automaton.cluster.log.trail import TrailMessage
from automaton.cluster.log.trail_copy import CopiedMessage, TrailCopy
from automaton.core.moment import Moment
from automaton.daemon.cluster.member_trail import AGAIN_AFTER, LOOKED_EVERY, MemberTrail
from automaton.errors import Unreachable
from automaton.journal.entry import TrailRow
from tests.journal.fake_journals import FakeJournals

pytestmark = pytest.mark.anyio


class Clock:
    def now(self) -> Moment:
        return Moment(0.0, 1_800_000_000.0)


class Stream:
    """Fails so many times, each time that it is asked."""

    def __init__(self) -> None:
        self.messages: list[CopiedMessage] = []
        self.fails = 0
        self.made = 0

    def make(self) -> None:
        self._may_fail()
        self.made += 1

    def after(self, sequence: int, most: int, /) -> Sequence[CopiedMessage]:
        self._may_fail()
        return [message for message in self.messages if message.sequence > sequence][:most]

    def say(self, sequence: int) -> None:
        row = TrailRow(0.0, "decision", detail=f"{sequence}")
        self.messages.append(CopiedMessage(sequence, "fleet", TrailMessage(((sequence, row),))))

    def _may_fail(self) -> None:
        if self.fails:
            self.fails -= 1
            raise Unreachable("no leader")


async def test_rows_come_into_the_file_and_what_fails_is_told_once_and_tried_again() -> None:
    disk, stream = FakeJournals(), Stream()
    trail = MemberTrail(stream, TrailCopy(disk, stream), Clock())  # type: ignore[arg-type] # a stream in memory
    stream.fails = 2
    stream.say(1)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            assert disk.rows() == ["1"]
            stream.fails = 1
            stream.say(4)
            stream.say(5)
        if len(slept) == 5:
            tasks.cancel_scope.cancel()
        await anyio.lowlevel.checkpoint()

    with capture_logs() as logs:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(trail.run, sleep)

    assert slept == [AGAIN_AFTER, AGAIN_AFTER, LOOKED_EVERY, AGAIN_AFTER, LOOKED_EVERY]
    assert disk.rows() == ["1", "4", "5"]
    assert stream.made == 2, "it may be gone, whatever was in the way"
    assert [log["event"] for log in logs] == [
        "trail.waits", "trail.recovered", "trail.waits", "trail.left_out", "trail.recovered",
    ]  # fmt: skip
