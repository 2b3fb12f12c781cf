"""Who asked for something is answered once it is judged and on disk, however many ask at once."""

from __future__ import annotations

import anyio
import pytest
from trio.testing import MockClock

from automaton.core.events import Acknowledged, Event
from automaton.core.moment import Moment
from automaton.daemon.confirmations import WAITS_AT_MOST, Confirmations
from automaton.pace.clock import SteadyClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Desk:
    """What was put, and who was answered at which second. The disk takes a second for each."""

    def __init__(self) -> None:
        self.clock = SteadyClock(0.0)
        self.began = self.clock.now()
        self.queued: list[Event] = []
        self.answered: dict[str, float] = {}
        self.confirmations = Confirmations(self.queued.append, self._written)

    async def _written(self) -> None:
        await anyio.sleep(1.0)

    async def ask(self, who: str) -> None:
        at = Moment(0.0, 0.0)
        self.confirmations.put(Acknowledged(server="", at=at, rule=who))
        await self.confirmations.confirmed()
        self.answered[who] = round(self.clock.now() - self.began, 3)

    def judge(self) -> None:
        for event in self.queued:
            self.confirmations.after(event)
        self.queued.clear()


async def test_the_answer_comes_once_it_is_judged_and_on_disk() -> None:
    desk = Desk()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(desk.ask, "ann")
        await anyio.sleep(2.0)
        desk.judge()

    assert desk.answered == {"ann": 3.0}


async def test_two_who_ask_at_once_are_both_answered_when_theirs_is_judged() -> None:
    desk = Desk()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(desk.ask, "ann")
        await anyio.sleep(1.0)
        tasks.start_soon(desk.ask, "bob")
        await anyio.sleep(1.0)
        desk.judge()

    assert desk.answered == {"ann": 3.0, "bob": 3.0}


async def test_an_engine_that_stands_keeps_nobody_waiting_for_long() -> None:
    desk = Desk()
    await desk.ask("ann")

    assert desk.answered == {"ann": WAITS_AT_MOST}


async def test_what_somebody_else_queued_is_not_waited_for() -> None:
    desk = Desk()
    other = Acknowledged(server="", at=Moment(0.0, 0.0), rule="other")
    desk.confirmations.after(other)
    await desk.confirmations.confirmed()

    assert desk.clock.now() - desk.began == pytest.approx(1.0)
