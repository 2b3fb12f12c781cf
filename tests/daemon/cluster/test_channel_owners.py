"""Messages find the owner of their channel, here or at another member, and nobody else takes them."""

from __future__ import annotations

from random import Random

import pytest

from automaton.cluster.messages.handed import Batch, Expected, IncidentStanding, Taken, read_answer, written
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.core.moment import Moment
from automaton.daemon.cluster.channel_host import ChannelHost, ChannelWorld
from automaton.daemon.cluster.channel_owners import MARK, OwnersOfChannels
from automaton.delivery.channel import Channel
from automaton.delivery.message import Message
from automaton.errors import Unreachable
from automaton.journal.entry import Entry
from automaton.secret import Secret

pytestmark = pytest.mark.anyio
OPS = Shard(ShardKind.CHANNEL, "ops")
BATCH = Batch(
    source="node:a", series=1, after=0, ages=(0.0,),
    items=(IncidentStanding(number=4, at=0.0, ref="down/lobby/1", is_open=True),),
)  # fmt: skip


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Stopped:
    def now(self) -> Moment:
        return Moment(1_000.0, 1_700_000_000.0)


class Disk:
    """Takes everything at once, or nothing."""

    def __init__(self) -> None:
        self.is_down = False

    def write(self, entry: Entry) -> int:
        return 1

    def flush(self) -> None:
        pass

    async def committed(self, place: int) -> bool:
        return not self.is_down


class Nowhere:
    async def send(self, url: Secret, message: Message, /) -> None:
        raise AssertionError("nothing is sent")


class Members:
    """Two of them: `a` asks, `b` owns the channel."""

    def __init__(self) -> None:
        self.disk = Disk()
        channel = Channel(name="ops", urls=(Secret("json://ops"),))
        world = ChannelWorld(clock=Stopped(), chance=Random(1), sender=Nowhere())
        self.host: ChannelHost | None = ChannelHost(channel, world, self.disk, {})
        self.owner: str | None = "b"
        self.answers: bytes | None = None
        self.b = OwnersOfChannels(self, lambda shard: self.host if shard == OPS else None, lambda _: "b")
        self.a = OwnersOfChannels(self, lambda _: None, lambda _: self.owner)

    async def ask(self, member: str, question: bytes, within: float) -> bytes:
        assert member == "b"
        return self.answers if self.answers is not None else await self.b.answer(question)


async def test_the_owner_takes_them_whoever_offers() -> None:
    there, here = Members(), Members()

    assert await there.a.offer(OPS, BATCH) == Taken(series=1, up_to=4)
    assert await here.b.offer(OPS, BATCH) == Taken(series=1, up_to=4)


async def test_where_nobody_owns_it_nobody_answers() -> None:
    members = Members()
    members.owner = None

    assert await members.a.offer(OPS, BATCH) is None


async def test_whoever_has_lost_it_takes_nothing() -> None:
    members = Members()
    members.host = None

    assert await members.a.offer(OPS, BATCH) is None
    with pytest.raises(Unreachable, match="channel:ops is not owned here"):
        await members.b.answer(MARK + b"channel:ops\n" + written(BATCH))


async def test_what_cannot_be_written_down_is_not_answered_and_offered_again() -> None:
    members = Members()
    members.disk.is_down = True
    refused = await members.a.offer(OPS, BATCH)
    members.disk.is_down = False

    assert refused is None
    assert await members.a.offer(OPS, BATCH) == Taken(series=1, up_to=4)


@pytest.mark.parametrize("question", [b"", b"channel:ops\n{}", b"nonsense\n", b"\xff\n"])
async def test_a_question_that_is_none_is_refused(question: bytes) -> None:
    with pytest.raises(Unreachable, match="cannot be read"):
        await Members().b.answer(MARK + question)


async def test_an_offer_for_what_is_no_channel_is_refused() -> None:
    with pytest.raises(Unreachable, match="fleet is not owned here"):
        await Members().b.answer(MARK + FLEET.text.encode() + b"\n" + written(BATCH))


async def test_an_answer_that_is_none_is_no_answer() -> None:
    members = Members()
    members.answers = b"[]"

    assert await members.a.offer(OPS, BATCH) is None


async def test_a_gap_is_answered_with_what_is_expected() -> None:
    members = Members()
    gap = Batch(source="node:a", series=1, after=2, ages=BATCH.ages, items=BATCH.items)
    body = await members.b.answer(MARK + b"channel:ops\n" + written(gap))

    assert read_answer(body) == Expected(series=1, after=0)
