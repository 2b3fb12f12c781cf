"""What engines write to each other."""

from __future__ import annotations

import anyio
import pytest
from structlog.testing import capture_logs

from automaton.cluster.names import Names
from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.core.engine_events import NodesListed
from automaton.core.moment import Moment
from automaton.core.scope import TO_ALL, TO_FLEET, Outgoing
from automaton.daemon.cluster.engine_mail import LARGEST, EngineMail, EngineOutbox
from automaton.errors import Unreachable

pytestmark = pytest.mark.anyio

NAMES = Names("hosting")
EU, US = Shard(ShardKind.NODE, "eu-1"), Shard(ShardKind.NODE, "us-1")
THEN, NOW = Moment(1.0, 2.0), Moment(50.0, 60.0)


class Later:
    """The clock of whoever reads."""

    def now(self) -> Moment:
        return NOW


class Post:
    """Keeps what was said, by subject."""

    def __init__(self) -> None:
        self.said: list[tuple[str, bytes]] = []
        self.is_up = True

    async def publish(self, subject: str, body: bytes) -> None:
        if not self.is_up:
            raise Unreachable("no connection")
        self.said.append((subject, body))


def event(*nodes: str) -> NodesListed:
    return NodesListed(server="", at=THEN, nodes=nodes)


async def written(_place: int) -> bool:
    return True


async def test_mail_reaches_the_engines_that_it_is_for_and_no_others() -> None:
    post = Post()
    mail = EngineMail(NAMES, post, Later())
    await mail.send(
        [Outgoing(TO_FLEET, event("a")), Outgoing(TO_ALL, event("b")), Outgoing("node:eu-1", event("c"))],
        1,
        written,
    )

    heard = {
        shard.text: [
            read.nodes[0]
            for subject, body in post.said
            if mail.is_for(subject, shard) and isinstance(read := mail.read(body), NodesListed)
        ]
        for shard in (FLEET, EU, US)
    }
    assert heard == {"fleet": ["a"], "node:eu-1": ["b", "c"], "node:us-1": ["b"]}


async def test_what_arrives_happens_when_it_arrives() -> None:
    post = Post()
    mail = EngineMail(NAMES, post, Later())
    await mail.send([Outgoing(TO_FLEET, event("a"))], 1, written)

    read = mail.read(post.said[0][1])
    assert read is not None
    assert read.at == NOW


async def test_nothing_is_told_of_a_turn_that_is_not_in_the_log() -> None:
    async def never(_place: int) -> bool:
        return False

    post = Post()
    mail = EngineMail(NAMES, post, Later())
    await mail.send([Outgoing(TO_FLEET, event("a"))], 1, never)

    assert post.said == []
    assert mail.lost == {"unwritten": 1}


async def test_what_cannot_be_sent_is_counted_by_why() -> None:
    post = Post()
    mail = EngineMail(NAMES, post, Later())
    await mail.send([Outgoing(TO_FLEET, event("x" * LARGEST))], 1, written)
    post.is_up = False
    await mail.send([Outgoing(TO_FLEET, event("a"))], 1, written)

    assert mail.read(b'{"is":"no such event"}') is None
    assert mail.lost == {"too large": 1, "unreachable": 1, "unread": 1}


def test_letters_of_a_newer_version_are_all_counted_and_told_once_a_minute() -> None:
    """Each turn of a member that was upgraded first may send one."""
    mail = EngineMail(NAMES, Post(), Later())
    with capture_logs() as logs:
        for _ in range(100):
            assert mail.read(b'{"is":"no such event"}') is None

    assert len(logs) == 1
    assert mail.lost == {"unread": 100}


async def test_what_waits_for_the_log_goes_out_in_the_order_of_its_turns() -> None:
    in_the_log = anyio.Event()

    async def in_time(place: int) -> bool:
        if place == 1:
            await in_the_log.wait()
        return True

    post = Post()
    mail = EngineMail(NAMES, post, Later())
    outbox = EngineOutbox(mail, in_time)
    async with anyio.create_task_group() as tasks:
        for place, name in enumerate("abc", 1):
            outbox.put([Outgoing(TO_FLEET, event(name))], place, tasks)
        await anyio.wait_all_tasks_blocked()
        assert post.said == []
        in_the_log.set()

    heard = [mail.read(body) for _, body in post.said]
    assert [one.nodes for one in heard if isinstance(one, NodesListed)] == [("a",), ("b",), ("c",)]


async def test_while_the_log_takes_nothing_mail_is_lost_and_does_not_pile_up() -> None:
    """The journal waits for its disk once; from then on it says no at once."""
    has_failed = anyio.Event()

    async def out_of_order(_place: int) -> bool:
        await has_failed.wait()
        return False

    post = Post()
    mail = EngineMail(NAMES, post, Later())
    outbox = EngineOutbox(mail, out_of_order)
    async with anyio.create_task_group() as tasks:
        for place in range(50):
            outbox.put([Outgoing(TO_FLEET, event("a"))], place, tasks)
        has_failed.set()

    assert (post.said, mail.lost) == ([], {"unwritten": 50})


async def test_an_engine_that_ends_leaves_what_waits_unsaid() -> None:
    async def never(_place: int) -> bool:
        await anyio.sleep_forever()
        return True

    post = Post()
    outbox = EngineOutbox(EngineMail(NAMES, post, Later()), never)
    async with anyio.create_task_group() as tasks:
        outbox.put([Outgoing(TO_FLEET, event("a"))], 1, tasks)
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
        outbox.put([Outgoing(TO_FLEET, event("b"))], 2, tasks)

    assert post.said == []


async def test_mail_that_comes_once_all_is_sent_is_sent_as_well() -> None:
    post = Post()
    outbox = EngineOutbox(EngineMail(NAMES, post, Later()), written)
    for name in "ab":
        async with anyio.create_task_group() as tasks:
            outbox.put([Outgoing(TO_FLEET, event(name))], 1, tasks)

    assert len(post.said) == 2
