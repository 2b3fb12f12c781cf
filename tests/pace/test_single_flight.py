"""Callers of one key share one flight."""

from __future__ import annotations

import anyio
import pytest

from automaton.errors import Unreachable
from automaton.pace.single_flight import SingleFlight

pytestmark = pytest.mark.anyio


class Work:
    """Takes a second, counts, and fails when told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.flights = 0
        self._error = error

    async def __call__(self) -> int:
        self.flights += 1
        await anyio.sleep(1)
        if self._error is not None:
            raise self._error
        return self.flights


async def test_many_callers_of_one_key_get_the_answer_of_one_flight() -> None:
    flights, work, answers = SingleFlight[str, int](), Work(), list[int]()

    async def ask() -> None:
        answers.append(await flights.do("lobby", work))

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(ask)

    assert answers == [1] * 5


async def test_other_keys_and_later_callers_fly_for_themselves() -> None:
    flights, work = SingleFlight[str, int](), Work()

    async with anyio.create_task_group() as group:
        group.start_soon(flights.do, "lobby", work)
        group.start_soon(flights.do, "arena", work)
    await flights.do("lobby", work)

    assert work.flights == 3


async def test_an_error_is_everybodys_who_waited() -> None:
    flights, work, failed = SingleFlight[str, int](), Work(Unreachable("down")), list[str]()

    async def ask() -> None:
        try:
            await flights.do("lobby", work)
        except Unreachable as problem:
            failed.append(str(problem))

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(ask)

    assert failed == ["down"] * 3
    assert work.flights == 1


async def test_when_the_one_who_flies_is_cancelled_another_takes_over() -> None:
    flights, work, answers = SingleFlight[str, int](), Work(), list[int]()

    async def impatient() -> None:
        with anyio.move_on_after(0.5):
            await flights.do("lobby", work)

    async def patient() -> None:
        answers.append(await flights.do("lobby", work))

    async with anyio.create_task_group() as group:
        group.start_soon(impatient)
        await anyio.wait_all_tasks_blocked()
        group.start_soon(patient)

    assert answers == [2]
