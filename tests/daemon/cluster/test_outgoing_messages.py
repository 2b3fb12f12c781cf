"""What a shard says waits in its boxes, is offered once it is on disk, and until it is taken."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from random import Random
from typing import Any

import anyio
import pytest
from structlog.testing import capture_logs
from trio.testing import MockClock

from automaton.cluster.messages.handed import Answer, Batch, Expected, Taken
from automaton.cluster.shard import Shard
from automaton.core.calls import SendMessage, Severity
from automaton.core.outcome import Result
from automaton.daemon.cluster.outgoing_messages import GONE_AFTER, HANDED, LOOKED_EVERY, OutgoingMessages
from automaton.daemon.cluster.outlet import Waiting
from automaton.delivery.channel import Channel
from automaton.delivery.delivery_counts import DeliveryOutcome
from automaton.delivery.notifier import Surroundings
from automaton.delivery.records import MOST_KEPT
from automaton.delivery.report import DeliveryReport, Fate
from automaton.delivery.surroundings import IncidentStatus, ServerLabel
from automaton.pace.clock import SteadyClock
from automaton.secret import Secret

pytestmark = pytest.mark.anyio
OPS = Channel(name="ops", urls=(Secret("json://ops"),))
STAFF = Channel(name="staff", urls=(Secret("json://staff"),))


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


def said(channel: str = "ops", *, incident: int = 1, severity: Severity = Severity.WARNING) -> SendMessage:
    return SendMessage(
        server="lobby", channel=channel, text="down", severity=severity, rule="down",
        ref=f"down/lobby/{incident}",
    )  # fmt: skip


class Node:
    """A shard's store, and whoever owns the channels: `answer` says what becomes of an offer."""

    def __init__(self) -> None:
        self.parts: dict[str, Any] = {}
        self.writes: list[set[str]] = []  # the names of each, in their order
        self.is_on_disk = True
        self.offers: list[tuple[str, list[int], int]] = []
        self.answer: Any = None
        self.reports: list[DeliveryReport] = []
        self.status_of: Mapping[str, IncidentStatus] = {}
        self.clock = SteadyClock(1_700_000_000.0)

    def post(self, *channels: Channel) -> OutgoingMessages:
        around = Surroundings(labels=self, incidents=self, store=self, told=self.reports.append)
        named = {channel.name: channel for channel in channels}
        return OutgoingMessages("node:a", named, around, self, self.clock, Random(1), dict(self.parts))

    def write(self, changes: Mapping[str, object | None], /) -> None:
        self.writes.append(set(changes))
        for name, data in changes.items():
            if data is None:
                self.parts.pop(name, None)
            else:
                self.parts[name] = data

    async def committed(self) -> bool:
        return self.is_on_disk

    async def offer(self, channel: Shard, batch: Batch, /) -> Answer | None:
        self.offers.append((channel.text, [item.number for item in batch.items], batch.after))
        answer: Answer | None = self.answer(batch) if self.answer is not None else None
        return answer

    def find(self, server: str, /) -> ServerLabel:
        return ServerLabel("Lobby", "eu-1")

    def status(self, ref: str, /) -> IncidentStatus:
        return self.status_of.get(ref, IncidentStatus(is_open=True))


def takes(batch: Batch) -> Taken:
    return Taken(series=batch.series, up_to=batch.items[-1].number)


@asynccontextmanager
async def running(post: OutgoingMessages) -> AsyncIterator[None]:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(post.run)
        await anyio.wait_all_tasks_blocked()
        yield
        tasks.cancel_scope.cancel()


async def test_what_is_said_is_written_at_once_and_offered_to_its_channel() -> None:
    node = Node()
    node.answer = takes
    post = node.post(OPS, STAFF)
    outcome = post.hand_over(said("staff"))
    written = sorted(node.parts)
    async with running(post):
        await anyio.sleep(1.0)

    assert (outcome.result, outcome.detail) == (Result.DONE, "handed to `staff`")
    assert written == [f"{HANDED}staff/1"]
    assert node.offers == [("channel:staff", [1], 0)]


async def test_that_a_message_was_taken_costs_no_write_of_its_own() -> None:
    node = Node()
    node.answer = takes
    post = node.post(OPS)
    async with running(post):
        for number in (1, 2, 3):
            post.hand_over(said(incident=number))
            await anyio.sleep(1.0)
        writes = len(node.writes)
        await anyio.sleep(LOOKED_EVERY)

    assert [offered for _, offered, _ in node.offers] == [[1], [2], [3]]
    assert writes == 4  # one a message, and the series of numbers before the first is offered
    numbered = {f"{HANDED}ops/{number}" for number in (1, 2, 3)}
    assert numbered <= set().union(*node.writes)
    assert not numbered & node.parts.keys()


async def test_after_a_kill_what_was_taken_last_is_offered_once_more_under_its_number() -> None:
    node = Node()
    node.answer = takes
    post = node.post(OPS)
    async with running(post):
        post.hand_over(said())
        await anyio.sleep(1.0)

    async with running(node.post(OPS)):
        await anyio.sleep(1.0)

    assert node.offers == [("channel:ops", [1], 0)] * 2


async def test_who_rests_leaves_nothing_to_be_offered_that_was_taken() -> None:
    node = Node()
    node.answer = takes
    post = node.post(OPS)
    async with running(post):
        post.hand_over(said())
        await post.rest(1.0)

    async with running(node.post(OPS)):
        await anyio.sleep(1.0)

    assert node.offers == [("channel:ops", [1], 0)]


async def test_an_unknown_channel_is_refused_by_name() -> None:
    outcome = Node().post(OPS).hand_over(said("opps"))

    assert (outcome.result, "`opps`" in outcome.detail) == (Result.REFUSED, True)


async def test_what_is_not_certainly_on_disk_is_not_offered() -> None:
    node = Node()
    node.is_on_disk = False
    post = node.post(OPS)
    async with running(post):
        post.hand_over(said())
        await anyio.sleep(60.0)
        (waiting,) = post.waiting()

    assert node.offers == []
    assert waiting.trouble == "the journal of this shard cannot be written"


async def test_what_nobody_takes_is_offered_again_in_growing_waits_and_the_rest_behind_it() -> None:
    node = Node()
    post = node.post(OPS)
    async with running(post):
        post.hand_over(said())
        await anyio.sleep(60.0)
        tries = len(node.offers)
        node.answer = takes
        post.hand_over(said(incident=2))
        await anyio.sleep(10.0)

    assert 12 <= tries <= 30
    assert node.offers[-1] == ("channel:ops", [1, 2], 0)
    assert post.waiting() == [Waiting("ops", 0, None, "", 0)]


async def test_an_owner_that_does_not_answer_is_not_waited_for_for_ever() -> None:
    node = Node()
    node.offer = lambda channel, batch: anyio.sleep_forever()  # type: ignore[method-assign]
    post = node.post(OPS)
    async with running(post):
        post.hand_over(said())
        await anyio.sleep(30.0)

        assert post.waiting()[0].trouble == "nobody who owns `ops` answers"


async def test_a_full_box_says_so_and_what_it_gives_up_is_counted_and_told() -> None:
    node = Node()
    post = node.post(OPS)
    for number in range(1, MOST_KEPT + 1):
        post.hand_over(said(incident=number, severity=Severity.CRITICAL))
    with capture_logs() as logs:
        outcome = post.hand_over(said(incident=MOST_KEPT + 1, severity=Severity.CRITICAL))

    assert (outcome.result, outcome.detail) == (Result.FAILED, "the outbox of `ops` is full")
    assert post.counts.by_channel == {("ops", DeliveryOutcome.DROPPED): 1}
    assert [(one["event"], one["messages"], one["reason"]) for one in logs] == [
        ("messages.given_up", 1, "no room")
    ]
    assert [(one.target, one.refs, one.fate) for one in node.reports] == [
        ("ops", (f"down/lobby/{MOST_KEPT + 1}",), Fate.DROPPED)
    ]


async def test_a_flood_of_what_is_given_up_is_one_line_a_minute_and_none_is_forgotten() -> None:
    node = Node()
    short = replace(OPS, max_age=1.0)
    post = node.post(short)
    with capture_logs() as logs:
        async with running(post):
            for number in range(1, 41):
                post.hand_over(said(incident=number))
                await anyio.sleep(2.0)
            await anyio.sleep(100.0)

    told = [one for one in logs if one["event"] == "messages.given_up"]
    assert sum(one["messages"] for one in told) == 40
    assert len(told) <= 4


async def test_how_incidents_stand_is_told_without_a_message() -> None:
    node = Node()
    node.answer = takes
    post = node.post(OPS)
    async with running(post):
        post.hand_over(said())
        await anyio.sleep(30.0)
        node.status_of = {"down/lobby/1": IncidentStatus(is_open=True, is_acked=True)}
        await anyio.sleep(30.0)
        node.status_of = {"down/lobby/1": IncidentStatus(is_open=False)}
        await anyio.sleep(GONE_AFTER + 30.0)

    assert [numbers for _, numbers, _ in node.offers] == [[1], [2], [3]]


async def test_an_incident_that_a_start_does_not_know_for_a_moment_is_not_over() -> None:
    node = Node()
    node.answer = takes
    post = node.post(OPS)
    async with running(post):
        post.hand_over(said())
        for _ in range(5):
            node.status_of = {"down/lobby/1": IncidentStatus(is_open=False)}
            await anyio.sleep(GONE_AFTER - 15.0)
            node.status_of = {"down/lobby/1": IncidentStatus(is_open=True)}
            await anyio.sleep(15.0)

    assert [numbers for _, numbers, _ in node.offers] == [[1]]


async def test_the_next_owner_offers_what_the_last_one_left() -> None:
    node = Node()
    node.post(OPS).hand_over(said())
    node.answer = takes
    async with running(node.post(OPS)):
        await anyio.sleep(1.0)

    assert node.offers == [("channel:ops", [1], 0)]


async def test_a_channel_of_a_reload_is_offered_what_is_said_to_it_and_one_that_left_gives_it_up() -> None:
    node = Node()
    node.answer = takes
    post = node.post(OPS)
    async with running(post):
        node.answer = None
        post.hand_over(said())
        await anyio.sleep(1.0)
        node.answer = takes
        post.change({"staff": STAFF})
        post.hand_over(said("staff"))
        await anyio.sleep(10.0)
        refused = post.hand_over(said())

    assert node.offers[-1] == ("channel:staff", [1], 0)
    assert refused.result is Result.REFUSED
    assert [name for name in node.parts if "/ops/" in name] == []
    assert [one.detail for one in node.reports] == ["1 not handed to the channel: target left"]


async def test_parts_of_channels_that_are_no_more_are_taken_away_and_told() -> None:
    node = Node()
    node.post(OPS).hand_over(said())
    with capture_logs() as logs:
        node.post(STAFF)

    assert node.parts == {}
    assert [(one["event"], one["channel"]) for one in logs] == [("messages.given_up", "ops")]


async def test_a_channel_that_lost_what_it_took_is_followed_and_told_of() -> None:
    node = Node()
    node.answer = takes
    post = node.post(OPS)
    with capture_logs() as logs:
        async with running(post):
            post.hand_over(said())
            await anyio.sleep(1.0)
            node.answer = lambda batch: (
                takes(batch) if batch.after == 0 else Expected(series=batch.series, after=0)
            )
            post.hand_over(said(incident=2))
            await anyio.sleep(1.0)

    assert node.offers == [
        ("channel:ops", [1], 0),
        ("channel:ops", [2], 1),
        ("channel:ops", [2, 3], 0),
    ]
    assert [one["event"] for one in logs] == ["messages.gap"]


async def test_a_channel_that_knows_more_than_was_said_begins_a_series_anew() -> None:
    node = Node()
    node.answer = lambda batch: Taken(series=batch.series, up_to=90)
    post = node.post(OPS)
    with capture_logs() as logs:
        async with running(post):
            post.hand_over(said())
            await anyio.wait_all_tasks_blocked()
            before = node.parts[f"{HANDED}ops/self"]["series"]
            node.answer = takes
            await anyio.sleep(1.0)

    assert [one["event"] for one in logs][:1] == ["messages.began_anew"]
    assert node.offers[0] == node.offers[1] == ("channel:ops", [1], 0)
    assert before > 0


async def test_whoever_asks_is_told_what_is_left_and_it_is_offered_at_once() -> None:
    node = Node()
    post = node.post(OPS)
    async with running(post):
        post.hand_over(said())
        await anyio.sleep(30.0)
        node.answer = takes
        left = await post.drain(0.1)
        names = post.retry("opps")

    assert (left, names) == (0, [])
