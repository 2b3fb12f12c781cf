"""Two shards speak to one channel that lives elsewhere: readers hear what one daemon would tell them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from random import Random

import anyio
import pytest
from trio.testing import MockClock

from automaton.core.calls import Severity
from automaton.daemon.cluster.channel_host import TAKEN
from automaton.daemon.cluster.outgoing_messages import HANDED
from automaton.daemon.cluster.outlet import Waiting
from automaton.delivery.channel import Channel, Label, SendRate
from automaton.delivery.surroundings import IncidentStatus
from automaton.secret import Secret
from tests.daemon.cluster.shards import Speaker, Town, most_within

pytestmark = pytest.mark.anyio

RATE = SendRate(6, 60.0)
OPS = Channel(
    name="ops", urls=(Secret("json://ops"),), group_by=(Label.SERVER,), group_wait=5.0,
    group_interval=30.0, repeat=1800.0, rate=RATE, max_age=7 * 86_400.0,
)  # fmt: skip


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


@asynccontextmanager
async def town(channel: Channel = OPS, seed: int = 1, loss: float = 0.0) -> AsyncIterator[Town]:
    async with anyio.create_task_group() as tasks:
        yield Town(Random(seed), tasks, channel, loss)
        tasks.cancel_scope.cancel()


async def lived(here: Town) -> tuple[int, list[list[tuple[str, str]]], list[float]]:
    """A life of chance to its end, in which all is ended and everybody lives; incidents, heard, tries."""
    chance = here.chance
    speakers = [Speaker("a", OPS, here), Speaker("b", OPS, here)]
    here.own()
    going: list[tuple[Speaker, str]] = []
    for _ in range(chance.randrange(20, 80)):
        await anyio.sleep(chance.choice((0.0, 0.03, 0.5, 5.0, 60.0)))
        speaker = chance.choice(speakers)
        match chance.randrange(12):
            case 0 | 1 | 2 | 3:
                going.append((speaker, speaker.opens(chance.choice(list(Severity)))))
            case 4 | 5 | 6 if going:
                whose, ref = going.pop(chance.randrange(len(going)))
                whose.ends(ref)
            case 7:
                speaker.killed()
            case 8:
                here.own()
            case 9:
                here.disown()
            case 10:
                here.is_up = not here.is_up
            case 11:
                disk = chance.choice([here.disk, speaker.disk])
                disk.is_down = not disk.is_down
    here.own()
    here.is_up, here.wire.loss = True, 0.0
    for disk in (here.disk, *(speaker.disk for speaker in speakers)):
        disk.is_down = False
    await anyio.sleep(3_000.0)
    for whose, ref in going:
        whose.ends(ref)
    await anyio.sleep(6_000.0)
    for speaker in speakers:
        speaker.writer.reach_disk()
        assert [name for name in speaker.disk.parts if not name.endswith("/self")] == []
    return sum(speaker.number for speaker in speakers), here.heard(), here.tries


@pytest.mark.parametrize("seed", range(30))
async def test_no_incident_is_unheard_no_end_is_without_its_opening_and_no_rate_is_exceeded(
    seed: int,
) -> None:
    async with town(seed=seed, loss=0.4) as here:
        incidents, heard, tries = await lived(here)

    opened, ended = set(), set()
    for message in heard:
        opened |= {number for what, number in message if what == "opening"}
        ends = {number for what, number in message if what == "end"}
        assert ends <= opened
        ended |= ends
    assert (len(opened), len(ended)) == (incidents, incidents)
    assert most_within(tries, RATE.within - 1.0) <= RATE.times


async def test_what_nobody_takes_waits_and_is_told_once_somebody_owns_the_channel() -> None:
    async with town() as here:
        speaker = Speaker("a", OPS, here)
        speaker.opens()
        await anyio.sleep(100.0)
        waiting = speaker.post.waiting()
        here.own()
        await anyio.sleep(20.0)
        after = speaker.post.waiting()

    assert [replace(one, failures=0) for one in waiting] == [
        Waiting("ops", 1, 100.0, "nobody who owns `ops` answers", 0)
    ]
    assert after == [Waiting("ops", 0, None, "", 0)]
    assert here.heard() == [[("opening", "a/1")]]


async def test_what_is_taken_is_told_with_what_its_server_was_called_where_it_was_said() -> None:
    async with town() as here:
        here.own()
        Speaker("a", OPS, here).opens()
        await anyio.sleep(20.0)

    assert "a-1" in here.got[0][1].title


async def test_an_incident_that_somebody_has_in_hand_is_not_reminded_of() -> None:
    async with town() as here:
        here.own()
        speaker = Speaker("a", OPS, here)
        acked, _ = speaker.opens(), speaker.opens()
        await anyio.sleep(100.0)
        speaker.open[acked] = IncidentStatus(is_open=True, is_acked=True)
        await anyio.sleep(2_000.0)

    assert here.heard() == [[("opening", "a/1")], [("opening", "a/2")], [("opening", "a/2")]]


async def test_what_is_too_old_when_the_channel_is_owned_again_is_not_told_nor_is_its_end() -> None:
    async with town() as here:
        hour = Channel(name="ops", urls=OPS.urls, max_age=3_600.0, group_wait=5.0)
        speaker = Speaker("a", hour, here)
        old = speaker.opens()
        await anyio.sleep(4_000.0)
        speaker.opens()
        here.own()
        await anyio.sleep(100.0)
        speaker.ends(old)
        await anyio.sleep(1_000.0)

    assert here.heard() == [[("opening", "a/2")]]


async def test_parts_of_the_box_are_gone_once_all_is_over_and_the_channel_keeps_the_number() -> None:
    async with town() as here:
        here.own()
        speaker = Speaker("a", OPS, here)
        ref = speaker.opens()
        await anyio.sleep(100.0)
        speaker.ends(ref)
        await anyio.sleep(1_000.0)
        speaker.writer.reach_disk()

    assert [*speaker.disk.parts] == [f"{HANDED}ops/self"]
    assert here.disk.decoded()[f"{TAKEN}node:a"]["number"] == 2
