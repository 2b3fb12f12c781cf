"""Links that have much to read take turns; all else goes on between them."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import pytest

from automaton.wings.turns import Turns

pytestmark = pytest.mark.anyio


async def test_each_turn_of_the_loop_is_one_callers_and_they_come_in_order() -> None:
    turns, took, loops = Turns(), list[tuple[int, int]](), 0

    async def caller(number: int) -> None:
        for _ in range(3):
            await turns.next()
            took.append((loops, number))

    async with anyio.create_task_group() as group:
        for number in range(10):
            group.start_soon(caller, number)
        while len(took) < 30:
            loops += 1
            await anyio.lowlevel.checkpoint()

    order = [number for _, number in took]
    assert order == order[:10] * 3
    assert sorted(order[:10]) == [*range(10)]
    assert len({loop for loop, _ in took}) == 30, "two had the same turn"


async def test_one_who_is_cancelled_while_waiting_keeps_nobody_else_from_it() -> None:
    turns, took = Turns(), list[int]()

    async def caller(number: int) -> None:
        await turns.next()
        took.append(number)

    async with anyio.create_task_group() as group:
        scope = anyio.CancelScope()

        async def given_up() -> None:
            with scope:
                await caller(1)

        group.start_soon(caller, 0)
        group.start_soon(given_up)
        group.start_soon(caller, 2)
        scope.cancel()

    assert sorted(took) == [0, 2]
