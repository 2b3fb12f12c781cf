"""Bounded queues, taken in turn; nothing that puts waits."""

from __future__ import annotations

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.events import (
    CallEnded,
    Event,
    HoldBegan,
    HookCalled,
    JournalLost,
    LinePrinted,
    LinkLost,
    LinkUp,
    Overflow,
    PanelBack,
    PanelLost,
    ServerGone,
    State,
    StateChanged,
    StateReported,
    StatsReported,
)
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.wings.event_queue import ALL_TEXT, TEXT, TEXT_IN_A_CROWD, EventQueue

pytestmark = pytest.mark.anyio


def at(seconds: float) -> Moment:
    return Moment(seconds, seconds)


def line(number: int, server: str = "a") -> LinePrinted:
    return LinePrinted(server=server, at=at(number), text=str(number))


def stats(number: int, server: str = "a") -> StatsReported:
    return StatsReported(
        server=server, at=at(number), memory=number, memory_limit=0, cpu_pct=0, disk=0, rx=0, tx=0, uptime=0
    )


def changed(number: int, server: str = "a") -> StateChanged:
    return StateChanged(server=server, at=at(number), state=State.RUNNING)


def drained(queue: EventQueue) -> list[Event]:
    events: list[Event] = []
    while (event := queue.take_now()) is not None:
        events.append(event)
    return events


def test_what_comes_soon_is_what_is_taken_next_and_stays_there() -> None:
    queue = EventQueue()
    for number in range(6):
        queue.put(line(number, "abc"[number % 3]))
    coming = queue.coming(4)

    assert coming == [line(0, "a"), line(1, "b"), line(2, "c")]  # the servers take turns
    assert queue.coming(6) == [
        line(0, "a"),
        line(3, "a"),
        line(1, "b"),
        line(4, "b"),
        line(2, "c"),
        line(5, "c"),
    ]
    assert len(drained(queue)) == 6
    assert queue.coming(4) == []


def test_events_of_one_server_keep_their_order() -> None:
    queue = EventQueue()
    put = [line(0), stats(1), changed(2), line(3)]
    for event in put:
        queue.put(event)

    assert len(queue) == 4
    assert drained(queue) == put


def test_a_flood_of_one_server_does_not_delay_another() -> None:
    queue = EventQueue()
    for number in range(1000):
        queue.put(line(number, "noisy"))
    queue.put(line(0, "quiet"))

    queue.take_now()

    assert queue.take_now() == line(0, "quiet")


def test_lines_without_room_are_counted_into_an_overflow_at_their_place() -> None:
    queue = EventQueue(limit=3)
    for number in range(10):
        queue.put(line(number))
    taken = [queue.take_now(), queue.take_now()]
    queue.put(line(10))

    assert [*taken, *drained(queue)] == [
        line(0),
        line(1),
        line(2),
        Overflow(server="a", at=at(9), lines=7),
        line(10),
    ]
    assert queue.lost == 7


def test_figures_without_room_are_replaced_by_newer_ones() -> None:
    queue = EventQueue(limit=1)
    queue.put(line(0))
    for number in range(1, 5):
        queue.put(stats(number))

    assert drained(queue) == [line(0), stats(4)]


def test_changes_of_state_have_room_of_their_own() -> None:
    queue = EventQueue(limit=2)
    queue.put(line(0))
    queue.put(line(1))
    queue.put(changed(2))

    assert drained(queue) == [line(0), line(1), changed(2)]


def test_even_changes_of_state_are_bounded() -> None:
    queue = EventQueue(limit=10)
    for number in range(1000):
        queue.put(changed(number))

    assert len(queue) == 20
    assert queue.lost == 980


def test_where_more_than_lines_was_lost_it_is_said_and_the_state_heard_last_is_reported() -> None:
    queue = EventQueue(limit=1)
    queue.put(line(0))
    queue.put(changed(1))
    queue.put(StateChanged(server="a", at=at(2), state=State.OFFLINE))
    queue.put(line(3))

    assert drained(queue) == [
        line(0),
        changed(1),
        Overflow(server="a", at=at(3), lines=2, only_lines=False),
        StateReported(server="a", at=at(3), state=State.OFFLINE),
    ]


def test_after_a_change_that_was_lost_no_other_is_told_before_the_loss() -> None:
    queue = EventQueue(limit=2)
    for number in range(5):
        queue.put(changed(number))
    taken = [queue.take_now()]
    queue.put(StateChanged(server="a", at=at(5), state=State.OFFLINE))

    assert [*taken, *drained(queue)] == [
        *(changed(number) for number in range(4)),
        Overflow(server="a", at=at(5), lines=2, only_lines=False),
        StateReported(server="a", at=at(5), state=State.OFFLINE),
    ]


def test_a_state_from_before_a_lost_link_is_not_reported_after_it() -> None:
    queue = EventQueue(limit=1)
    lost = LinkLost(server="a", at=at(3))
    for event in (line(0), changed(1), changed(2), lost):
        queue.put(event)

    assert drained(queue) == [
        line(0),
        changed(1),
        lost,
        Overflow(server="a", at=at(2), lines=1, only_lines=False),
    ]


def test_links_that_come_and_go_and_a_server_that_is_gone_always_find_room() -> None:
    queue = EventQueue(limit=1)
    up, lost, gone = (
        LinkUp(server="a", at=at(3)),
        LinkLost(server="a", at=at(4)),
        ServerGone(server="a", at=at(5), reason="deleted"),
    )
    for event in (line(0), changed(1), changed(2), up, lost, gone):
        queue.put(event)

    assert [event for event in drained(queue) if not isinstance(event, StateChanged | LinePrinted)][:3] == [
        up, lost, gone
    ]  # fmt: skip


def test_a_lost_panel_and_the_end_of_a_call_always_find_room_in_their_order() -> None:
    queue = EventQueue(limit=1)
    ours = [
        PanelLost(server="a", at=at(3)),
        CallEnded(server="a", at=at(4), number=1, outcome=Outcome(Result.FAILED)),
        PanelBack(server="a", at=at(5)),
    ]
    for event in (line(0), changed(1), changed(2), *ours):
        queue.put(event)

    assert [event for event in drained(queue) if event in ours] == ours


def test_that_the_journal_is_lost_and_what_a_person_wants_find_room_however_many_hooks_are_called() -> None:
    """All of them belong to no server, and wait in one queue."""
    queue = EventQueue(limit=1)
    ours = [
        JournalLost(server="", at=at(3), reason="the disk is full"),
        HoldBegan(server="", at=at(4), reason="a new world", by="root"),
    ]
    for event in (*(HookCalled(server="", at=at(number), name="deploy") for number in range(3)), *ours):
        queue.put(event)

    assert [event for event in drained(queue) if event in ours] == ours


def test_what_an_overflow_counted_is_not_lost_with_it() -> None:
    queue = EventQueue(limit=1)
    queue.put(line(0))
    queue.put(changed(1))
    queue.put(Overflow(server="a", at=at(2), lines=40))
    queue.put(line(3))

    assert drained(queue)[-1] == Overflow(server="a", at=at(3), lines=41)


def test_a_server_that_is_gone_leaves_nothing_and_may_come_back() -> None:
    queue = EventQueue()
    gone = ServerGone(server="a", at=at(1), reason="deleted")
    for event in (line(0), gone):
        queue.put(event)

    assert drained(queue) == [line(0), gone]
    assert queue.servers == 0
    queue.put(line(2))
    assert drained(queue) == [line(2)]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=300), st.integers(1, 10))
def test_every_line_is_taken_or_counted(steps: list[tuple[str, bool]], limit: int) -> None:
    queue, taken, put = EventQueue(limit), list[Event](), 0
    for number, (server, takes) in enumerate(steps):
        queue.put(line(number, server))
        put += 1
        if takes and (event := queue.take_now()) is not None:
            taken.append(event)
    taken += drained(queue)

    counted = sum(event.lines for event in taken if isinstance(event, Overflow))
    lines = [event for event in taken if isinstance(event, LinePrinted)]
    assert len(lines) + counted == put
    for server in "abc":
        moments = [event.at.mono for event in taken if event.server == server]
        assert moments == sorted(moments)


async def test_who_takes_waits_for_the_next_event() -> None:
    queue, taken = EventQueue(), list[Event]()

    async def take() -> None:
        taken.append(await queue.take())

    async with anyio.create_task_group() as group:
        group.start_soon(take)
        await anyio.wait_all_tasks_blocked()
        assert taken == []
        queue.put(line(1))

    assert taken == [line(1)]


async def test_a_full_queue_lets_the_links_have_their_turn() -> None:
    queue, turns = EventQueue(), 0
    for number in range(640):
        queue.put(line(number))

    async def link() -> None:
        nonlocal turns
        while True:
            turns += 1
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as group:
        group.start_soon(link)
        for _ in range(640):
            await queue.take()
        group.cancel_scope.cancel()

    assert turns >= 9


def long_line(number: int, server: str = "a", fill: str = "x") -> LinePrinted:
    return LinePrinted(server=server, at=at(number), text=f"{number} ".ljust(4096, fill))


def test_lines_are_bounded_in_bytes_too_and_those_without_room_are_counted_at_their_place() -> None:
    queue, kept = EventQueue(), TEXT // 4096
    for number in range(kept + 10):
        queue.put(long_line(number))
    queue.put(line(5000))  # short, but it came after those that were lost
    taken = drained(queue)

    assert [event.text for event in taken[:kept] if isinstance(event, LinePrinted)] == [
        long_line(number).text for number in range(kept)
    ]
    assert taken[kept:] == [Overflow(server="a", at=at(5000), lines=11)]


def test_wide_characters_count_as_what_they_take() -> None:
    queue = EventQueue()
    for number in range(TEXT // 4096):
        queue.put(long_line(number, fill="\N{SNOWMAN}"))

    assert len(queue) == TEXT // 4096 // 4


def test_where_many_servers_print_long_lines_each_has_less_room_and_a_quiet_one_has_its_own() -> None:
    queue = EventQueue()
    crowd = [f"s{number}" for number in range(100)]
    for server in crowd:
        for number in range(TEXT // 4096):
            queue.put(long_line(number, server))
    queue.put(line(1, "quiet"))

    lines = [event for event in drained(queue) if isinstance(event, LinePrinted)]
    assert sum(len(event.text) for event in lines) <= ALL_TEXT + len(crowd) * TEXT_IN_A_CROWD
    assert line(1, "quiet") in lines


def test_it_is_told_who_waits_and_how_many_were_taken() -> None:
    queue = EventQueue()
    for event in (line(1), line(2), line(3, "b")):
        queue.put(event)
    before = list(queue.waiting())
    queue.take_now()

    assert before == [("a", 0), ("b", 0)]
    assert list(queue.waiting()) == [("b", 0), ("a", 1)]
