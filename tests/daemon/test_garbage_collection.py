"""What nobody holds is freed, though it has lived long, and at little in one go."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from weakref import ref

import anyio
import pytest
from trio.testing import MockClock

from automaton.daemon.garbage_collection import (
    LOOKS,
    SWEPT_EVERY,
    SWEPT_WHOLE_EVERY,
    YOUNG,
    GarbageCollection,
    sweep,
    tune,
)
from tests.knots import knots
from tests.rules.watch import collector_as_before, watching

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Knot:
    """Holds itself, as the objects of a connection to a Panel hold each other."""

    def __init__(self) -> None:
        self.end = self


@asynccontextmanager
async def collecting() -> AsyncIterator[GarbageCollection]:
    """As in a daemon, until the end of the block."""
    with collector_as_before():
        tune()
        collection = GarbageCollection()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(collection.run)
            await anyio.wait_all_tasks_blocked()
            yield collection
            tasks.cancel_scope.cancel()


def let_go() -> ref[Knot]:
    """One that nobody holds."""
    return ref(Knot())


def some(looks: int) -> list[list[object]]:
    """So many new objects that Python looks for garbage that often by itself."""
    return [[] for _ in range(looks * (YOUNG + YOUNG // 4))]


def looks_so_far() -> int:
    """Of all kinds, in this process."""
    return sum(generation["collections"] for generation in gc.get_stats())


async def test_python_looks_once_for_each_ten_thousand_new_objects() -> None:
    async with collecting():
        before = looks_so_far()
        made = some(looks=LOOKS)
        assert looks_so_far() - before in (LOOKS, LOOKS + 1)

    assert made


async def test_what_was_let_go_while_it_was_young_is_freed_once_there_are_many_new_objects() -> None:
    async with collecting():
        young = let_go()
        made = some(looks=1)
        assert young() is None

    assert made


async def test_nothing_is_left_alone_before_it_was_looked_at() -> None:
    async with collecting():
        made, seen = some(looks=0), []
        for _ in range(10 * LOOKS):
            seen.append(let_go())
            made += [[] for _ in range(YOUNG // 4)]
        sweep()
        assert [one() for one in seen] == [None] * len(seen)


async def test_what_outlived_some_looks_is_freed_within_ten_minutes() -> None:
    async with collecting():
        connection: Knot | None = Knot()
        seen = ref(connection)
        sweep()  # from here on it is old
        connection = None
        made = some(looks=1)
        assert seen() is not None

        await anyio.sleep(1.5 * SWEPT_EVERY)
        assert seen() is None

    assert made


async def test_what_is_there_at_every_fourth_look_is_left_alone_until_the_day_is_over() -> None:
    async with collecting():
        for _ in range(2):
            stays: Knot | None = Knot()
            seen = ref(stays)
            left_alone = gc.get_freeze_count()
            made = some(looks=LOOKS)
            assert gc.get_freeze_count() > left_alone + (LOOKS - 1) * YOUNG
            stays = None
            await anyio.sleep(3 * SWEPT_EVERY)
            assert seen() is not None

            await anyio.sleep(SWEPT_WHOLE_EVERY)
            assert seen() is None
            assert gc.get_freeze_count() > len(made)  # also of what a whole sweep found to be held
            made.clear()


async def test_a_sweep_takes_nothing_to_be_here_to_stay() -> None:
    async with collecting():
        made = some(looks=1)
        left_alone = gc.get_freeze_count()
        for _ in range(2 * LOOKS):
            await anyio.sleep(SWEPT_EVERY)
        assert gc.get_freeze_count() <= left_alone

    assert made


async def test_where_much_was_let_go_that_is_left_alone_the_next_sweep_frees_it() -> None:
    async with collecting() as collection:
        engine: Knot | None = Knot()
        seen = ref(engine)
        made = some(looks=LOOKS)
        engine = None
        collection.much_is_gone()
        await anyio.sleep(1.5 * SWEPT_EVERY)
        assert seen() is None

        link: Knot | None = Knot()
        seen = ref(link)
        made += some(looks=LOOKS)
        link = None
        await anyio.sleep(1.5 * SWEPT_EVERY)
        assert seen() is not None  # it was the next one alone


async def test_what_is_there_before_the_first_link_is_left_alone_and_nothing_outlives_the_daemon() -> None:
    callbacks = list(gc.callbacks)
    async with collecting():
        assert gc.get_freeze_count() > 0
        assert len(gc.callbacks) == len(callbacks) + 1

    assert gc.callbacks == callbacks


async def test_rules_that_a_reload_replaces_hold_nothing_of_themselves(tmp_path: Path) -> None:
    """All that RE2 keeps for thousands of patterns would stay until the day is over."""
    rule = "{id: said, when: {console: '^%s (?P<who>.+)'}, do: [{notify: ops}]}"
    async with watching(tmp_path) as watch:
        file = tmp_path / "rules.d" / "own.yml"
        with knots() as found:
            for word in ("one", "two", "three"):  # the first ones may have been there before
                file.write_text(f"rules: [{rule % word}]")
                assert (await watch.daemon.reload()).taken
                watch.befall("print", lines=[f"nothing {number}" for number in range(40)])
                await watch.seconds(5.0)

    assert found == {}
