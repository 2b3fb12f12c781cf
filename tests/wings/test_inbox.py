"""Bounded queues, taken in turn; nothing that puts waits."""

from __future__ import annotations

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.events import (
    CallEnded,
    Event,
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
from automaton.wings.inbox import Inbox

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


def drained(inbox: Inbox) -> list[Event]:
    events: list[Event] = []
    while (event := inbox.take_now()) is not None:
        events.append(event)
    return events


def test_events_of_one_server_keep_their_order() -> None:
    inbox = Inbox()
    put = [line(0), stats(1), changed(2), line(3)]
    for event in put:
        inbox.put(event)

    assert len(inbox) == 4
    assert drained(inbox) == put


def test_a_flood_of_one_server_does_not_delay_another() -> None:
    inbox = Inbox()
    for number in range(1000):
        inbox.put(line(number, "noisy"))
    inbox.put(line(0, "quiet"))

    inbox.take_now()

    assert inbox.take_now() == line(0, "quiet")


def test_lines_without_room_are_counted_into_an_overflow_at_their_place() -> None:
    inbox = Inbox(limit=3)
    for number in range(10):
        inbox.put(line(number))
    taken = [inbox.take_now(), inbox.take_now()]
    inbox.put(line(10))

    assert [*taken, *drained(inbox)] == [
        line(0),
        line(1),
        line(2),
        Overflow(server="a", at=at(9), lines=7),
        line(10),
    ]
    assert inbox.lost == 7


def test_figures_without_room_are_replaced_by_newer_ones() -> None:
    inbox = Inbox(limit=1)
    inbox.put(line(0))
    for number in range(1, 5):
        inbox.put(stats(number))

    assert drained(inbox) == [line(0), stats(4)]


def test_changes_of_state_have_room_of_their_own() -> None:
    inbox = Inbox(limit=2)
    inbox.put(line(0))
    inbox.put(line(1))
    inbox.put(changed(2))

    assert drained(inbox) == [line(0), line(1), changed(2)]


def test_even_changes_of_state_are_bounded() -> None:
    inbox = Inbox(limit=10)
    for number in range(1000):
        inbox.put(changed(number))

    assert len(inbox) == 20
    assert inbox.lost == 980


def test_where_more_than_lines_was_lost_it_is_said_and_the_state_heard_last_is_reported() -> None:
    inbox = Inbox(limit=1)
    inbox.put(line(0))
    inbox.put(changed(1))
    inbox.put(StateChanged(server="a", at=at(2), state=State.OFFLINE))
    inbox.put(line(3))

    assert drained(inbox) == [
        line(0),
        changed(1),
        Overflow(server="a", at=at(3), lines=2, only_lines=False),
        StateReported(server="a", at=at(3), state=State.OFFLINE),
    ]


def test_after_a_change_that_was_lost_no_other_is_told_before_the_loss() -> None:
    inbox = Inbox(limit=2)
    for number in range(5):
        inbox.put(changed(number))
    taken = [inbox.take_now()]
    inbox.put(StateChanged(server="a", at=at(5), state=State.OFFLINE))

    assert [*taken, *drained(inbox)] == [
        *(changed(number) for number in range(4)),
        Overflow(server="a", at=at(5), lines=2, only_lines=False),
        StateReported(server="a", at=at(5), state=State.OFFLINE),
    ]


def test_a_state_from_before_a_lost_link_is_not_reported_after_it() -> None:
    inbox = Inbox(limit=1)
    lost = LinkLost(server="a", at=at(3))
    for event in (line(0), changed(1), changed(2), lost):
        inbox.put(event)

    assert drained(inbox) == [
        line(0),
        changed(1),
        lost,
        Overflow(server="a", at=at(2), lines=1, only_lines=False),
    ]


def test_links_that_come_and_go_and_a_server_that_is_gone_always_find_room() -> None:
    inbox = Inbox(limit=1)
    up, lost, gone = (
        LinkUp(server="a", at=at(3)),
        LinkLost(server="a", at=at(4)),
        ServerGone(server="a", at=at(5), reason="deleted"),
    )
    for event in (line(0), changed(1), changed(2), up, lost, gone):
        inbox.put(event)

    assert [event for event in drained(inbox) if not isinstance(event, StateChanged | LinePrinted)][:3] == [
        up, lost, gone
    ]  # fmt: skip


def test_a_lost_panel_and_the_end_of_a_call_always_find_room_in_their_order() -> None:
    inbox = Inbox(limit=1)
    ours = [
        PanelLost(server="a", at=at(3)),
        CallEnded(server="a", at=at(4), number=1, outcome=Outcome(Result.FAILED)),
        PanelBack(server="a", at=at(5)),
    ]
    for event in (line(0), changed(1), changed(2), *ours):
        inbox.put(event)

    assert [event for event in drained(inbox) if event in ours] == ours


def test_what_an_overflow_counted_is_not_lost_with_it() -> None:
    inbox = Inbox(limit=1)
    inbox.put(line(0))
    inbox.put(changed(1))
    inbox.put(Overflow(server="a", at=at(2), lines=40))
    inbox.put(line(3))

    assert drained(inbox)[-1] == Overflow(server="a", at=at(3), lines=41)


def test_a_server_that_is_gone_leaves_nothing_and_may_come_back() -> None:
    inbox = Inbox()
    gone = ServerGone(server="a", at=at(1), reason="deleted")
    for event in (line(0), gone):
        inbox.put(event)

    assert drained(inbox) == [line(0), gone]
    assert inbox.servers == 0
    inbox.put(line(2))
    assert drained(inbox) == [line(2)]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=300), st.integers(1, 10))
def test_every_line_is_taken_or_counted(steps: list[tuple[str, bool]], limit: int) -> None:
    inbox, taken, put = Inbox(limit), list[Event](), 0
    for number, (server, takes) in enumerate(steps):
        inbox.put(line(number, server))
        put += 1
        if takes and (event := inbox.take_now()) is not None:
            taken.append(event)
    taken += drained(inbox)

    counted = sum(event.lines for event in taken if isinstance(event, Overflow))
    lines = [event for event in taken if isinstance(event, LinePrinted)]
    assert len(lines) + counted == put
    for server in "abc":
        moments = [event.at.mono for event in taken if event.server == server]
        assert moments == sorted(moments)


async def test_who_takes_waits_for_the_next_event() -> None:
    inbox, taken = Inbox(), list[Event]()

    async def take() -> None:
        taken.append(await inbox.take())

    async with anyio.create_task_group() as group:
        group.start_soon(take)
        await anyio.wait_all_tasks_blocked()
        assert taken == []
        inbox.put(line(1))

    assert taken == [line(1)]


async def test_a_full_inbox_lets_the_links_have_their_turn() -> None:
    inbox, turns = Inbox(), 0
    for number in range(640):
        inbox.put(line(number))

    async def link() -> None:
        nonlocal turns
        while True:
            turns += 1
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as group:
        group.start_soon(link)
        for _ in range(640):
            await inbox.take()
        group.cancel_scope.cancel()

    assert turns >= 9
