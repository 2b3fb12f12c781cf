"""What all members share, as one knows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import pytest

from automaton.cluster.shard import FLEET, Shard, ShardKind
from automaton.cluster.stamp import UNKNOWN, Known
from automaton.cluster.wishes import Wishes
from automaton.daemon.cluster.shared_state import MOST_KNOWN, MOST_LEFT, SharedState
from automaton.errors import Refused, TryLater, Unreachable

pytestmark = pytest.mark.anyio

NODE = Shard(ShardKind.NODE, "eu-1")


@dataclass(frozen=True)
class Value:
    key: str
    value: bytes
    revision: int


class FakeBucket:
    """Compare-and-set in memory. `before_put` is what others do just before a change."""

    def __init__(self) -> None:
        self.kept: dict[str, Value] = {}
        self.made = 0
        self.is_gone = False
        self.before_put: Callable[[], None] = lambda: None

    async def make(self) -> None:
        self.made += 1
        self.is_gone = False

    async def get(self, key: str) -> Value | None:
        return self.kept.get(key)

    async def put(self, key: str, value: bytes, revision: int) -> Value | None:
        self.before_put()
        found = self.kept.get(key)
        if (found.revision if found else 0) != revision:
            return None
        return self.set(key, value)

    async def changes(self, after: int) -> list[Value]:
        if self.is_gone:
            raise Unreachable("it is not there")
        return sorted(
            (one for one in self.kept.values() if one.revision > after), key=lambda one: one.revision
        )

    def set(self, key: str, value: bytes) -> Value:
        last = max((one.revision for one in self.kept.values()), default=0)
        self.kept[key] = Value(key, value, last + 1)
        return self.kept[key]


def two(bucket: FakeBucket) -> tuple[SharedState, list[Wishes], SharedState, list[Wishes]]:
    heard: list[Wishes] = []
    other: list[Wishes] = []
    return SharedState(bucket, "a", heard.append), heard, SharedState(bucket, "b", other.append), other


async def test_what_people_ask_at_one_member_is_known_at_all() -> None:
    one, heard, two_, other = two(FakeBucket())

    assert await one.wish(lambda wishes: wishes.drain("m-a")) == ""
    await two_.read()

    assert heard[-1].draining == other[-1].draining == {"m-a"}


async def test_two_wishes_at_the_same_time_are_both_kept() -> None:
    bucket = FakeBucket()
    one, _, two_, other = two(bucket)
    await two_.wish(lambda wishes: wishes.drain("m-b"))
    first = bucket.kept["wishes"]

    def overtake() -> None:
        bucket.before_put = lambda: None
        bucket.set("wishes", first.value)  # written again by another, just before

    bucket.before_put = overtake
    assert await one.wish(lambda wishes: wishes.drain("m-a")) == ""
    await two_.read()

    assert other[-1].draining == {"m-a", "m-b"}


async def test_where_others_change_the_same_all_the_time_it_is_said() -> None:
    bucket = FakeBucket()
    one, _, _, _ = two(bucket)

    def overtake() -> None:
        bucket.set("wishes", b"{}")
        bucket.set("generations", b"{}")

    bucket.before_put = overtake
    assert "others change the same" in await one.wish(lambda wishes: wishes.drain("m-a"))
    with pytest.raises(TryLater):
        await one.start("rules", "m-a", 1.0, reloaded=True)


async def test_a_reload_that_changes_something_is_a_new_generation_and_a_start_with_the_same_is_not() -> None:
    one, _, two_, _ = two(FakeBucket())

    first = await one.start("old rules", "m-a", 1.0, reloaded=False)
    same = await two_.start("old rules", "m-b", 2.0, reloaded=False)
    new = await two_.start("new rules", "m-b", 3.0, reloaded=True)
    behind = await one.start("old rules", "m-a", 4.0, reloaded=False)

    assert (first.number, same.number, new.number, behind.number) == (1, 1, 2, 1)


async def test_how_far_a_log_came_is_known_by_any_members_word() -> None:
    bucket = FakeBucket()
    one, _, two_, _ = two(bucket)

    await one.write_known({NODE: Known(3, 40)})
    await two_.write_known({NODE: Known(4, 12), FLEET: Known(1, 1)})
    await one.read()

    assert one.known(NODE) == Known(4, 12)
    assert one.known(FLEET) == Known(1, 1)
    assert one.known(Shard(ShardKind.NODE, "unheard")) == UNKNOWN


async def test_how_far_a_log_came_outlives_the_bucket_in_each_members_file() -> None:
    bucket = FakeBucket()
    one, _, two_, _ = two(bucket)
    await two_.write_known({NODE: Known(4, 12), FLEET: Known(1, 1)})
    await one.read()
    begun_anew = SharedState(FakeBucket(), "a", lambda _: None, one.all_known())
    await begun_anew.write_known({FLEET: Known(2, 3)})
    await begun_anew.read()

    assert begun_anew.known(NODE) == Known(4, 12)
    assert begun_anew.all_known() == {"node:eu-1": (4, 12), "fleet": (2, 3)}


async def test_how_far_a_log_came_stays_known_once_its_owner_gave_it_up() -> None:
    bucket = FakeBucket()
    one, _, two_, _ = two(bucket)
    await one.write_known({NODE: Known(3, 5000)})
    await two_.read()

    await one.write_known({FLEET: Known(1, 1)})
    await two_.read()
    started_now, _, _, _ = two(bucket)
    await started_now.read()

    assert (two_.known(NODE), two_.known(FLEET)) == (Known(3, 5000), Known(1, 1))
    assert started_now.known(NODE) == Known(3, 5000)


async def test_a_member_that_begins_anew_takes_back_nothing_that_it_said_before() -> None:
    bucket = FakeBucket()
    one, _, two_, _ = two(bucket)
    await one.write_known({NODE: Known(3, 5000)})
    await two_.read()

    await SharedState(bucket, "a", lambda _: None).write_known({NODE: Known(3, 40)})
    await two_.read()

    assert two_.known(NODE) == Known(3, 5000)


async def test_what_the_next_owner_has_said_more_of_is_not_said_by_the_last_one() -> None:
    bucket = FakeBucket()
    one, _, two_, _ = two(bucket)
    await one.write_known({NODE: Known(3, 5000)})

    await two_.write_known({NODE: Known(4, 5001)})
    await one.read()
    await one.write_known({FLEET: Known(1, 1)})

    assert bucket.kept["known.a"].value == b'{"fleet":[1,1]}'


async def test_shards_that_are_no_more_are_forgotten_once_there_are_too_many() -> None:
    bucket = FakeBucket()
    nodes = [Shard(ShardKind.NODE, f"n{number}") for number in range(MOST_LEFT + 2)]
    one, _, _, _ = two(bucket)
    await one.write_known({node: Known(1, 7) for node in nodes})
    await one.write_known({nodes[0]: Known(1, 8)})
    full = SharedState(bucket, "b", lambda _: None, {f"old{number}": (1, 1) for number in range(MOST_KNOWN)})
    await full.read()

    assert list(msgspec.json.decode(bucket.kept["known.a"].value)) == [
        *(node.text for node in nodes[2:]), nodes[0].text,
    ]  # fmt: skip
    assert len(full.all_known()) == MOST_KNOWN
    assert (full.known(nodes[0]), full.known(nodes[-1])) == (Known(1, 8), Known(1, 7))


async def test_a_value_that_cannot_be_read_is_passed_over() -> None:
    bucket = FakeBucket()
    one, heard, _, _ = two(bucket)
    bucket.set("wishes", b"nonsense")
    bucket.set("known.x", b"[]")
    bucket.set("known.a", b"[]")
    await one.write_known({NODE: Known(1, 1)})
    bucket.set("of a newer version", b"x")
    await one.read()

    assert heard == []
    assert bucket.made == 1
    await one.prove()
    assert "proof.a" in bucket.kept


async def test_a_bucket_that_is_gone_is_made_anew_and_read_from_its_beginning() -> None:
    bucket = FakeBucket()
    state, heard, other, _ = two(bucket)
    for member in ("m-a", "m-b", "m-c"):
        await state.wish(lambda wishes, member=member: wishes.drain(member))  # type: ignore[misc]
    bucket.kept.clear()
    bucket.is_gone = True
    with pytest.raises(Unreachable):
        await state.read()

    await state.read()
    await other.wish(lambda wishes: wishes.drain("m-d"))
    await state.read()

    assert bucket.made == 3, "twice by the one, once by the other"
    assert heard[-1].draining == {"m-d"}


async def test_of_a_bucket_that_is_gone_no_generation_is_known_any_more_and_ours_is_said_again() -> None:
    bucket = FakeBucket()
    state, _, _, _ = two(bucket)
    await state.start("rules", "m-a", 1.0, reloaded=False)
    newest = await state.start("new rules", "m-a", 2.0, reloaded=True)
    await state.read()
    bucket.kept.clear()
    bucket.is_gone = True
    with pytest.raises(Unreachable):
        await state.read()
    await state.read()

    assert state.generations.latest is None
    assert await state.start("new rules", "m-a", 3.0, reloaded=False, before=newest) == newest
    await state.read()
    assert state.generations.latest == newest


async def test_what_stands_there_of_another_version_is_told_as_what_it_is() -> None:
    """And ends no daemon: it would end the next one, too."""
    bucket = FakeBucket()
    bucket.set("generations", b"[]")
    bucket.set("wishes", b"[]")
    state, _, _, _ = two(bucket)

    with pytest.raises(Refused, match="`generations` is none of this version's"):
        await state.start("f", "m-a", 1.0, reloaded=False)
    assert "`wishes` is none of this version's" in await state.wish(lambda wishes: wishes.drain("m-a"))
