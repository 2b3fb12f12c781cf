"""Shares of an account's limit."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from automaton.cluster.account_shares import (
    DROPPED_AFTER,
    SHARE_LASTS,
    AccountShares,
    ShareTable,
    WriteTable,
    decode,
    fair,
    needed,
)
from tests.long import seeds

LIMIT = 180.0


@dataclass
class Bucket:
    """One key, changed by compare-and-set."""

    table: ShareTable = field(default_factory=ShareTable)
    revision: int = 0

    def write(self, wanted: WriteTable) -> int | None:
        if wanted.revision != self.revision:
            return None
        self.table, self.revision = wanted.table, self.revision + 1
        return self.revision


def turn(
    shares: AccountShares,
    bucket: Bucket,
    wanted: float,
    now: float,
    limit: float = LIMIT,
    *,
    is_told: bool = True,
) -> None:
    shares.heard(bucket.table, bucket.revision, now)
    if proposed := shares.propose(wanted, limit, now, is_told=is_told):
        revision = bucket.write(proposed)
        shares.not_written() if revision is None else shares.written(revision)


def test_each_has_what_it_wants_where_there_is_enough() -> None:
    bucket, a, b = Bucket(), AccountShares("a", "1"), AccountShares("b", "1")
    turn(a, bucket, 30, 0.0)
    turn(b, bucket, 50, 0.0)

    assert (a.per_minute(1.0), b.per_minute(1.0)) == (30, 50)


def test_who_takes_over_has_nearly_the_whole_limit_at_once() -> None:
    """A third of 600 servers: what the others need to keep theirs is little, and the rest is free."""
    bucket = Bucket()
    a, b, c = (AccountShares(name, "1") for name in "abc")
    for shares in (a, b, c):
        turn(shares, bucket, needed(200, 0), 0.0)
    turn(b, bucket, needed(300, 100), 12.0)
    turn(c, bucket, needed(300, 100), 12.0)
    for now in (13.0, 14.0):
        turn(b, bucket, needed(300, 100), now)
        turn(c, bucket, needed(300, 100), now)

    assert needed(200, 0) == 35
    assert b.per_minute(15.0) == c.per_minute(15.0) == (LIMIT - 35) / 2


def test_where_all_want_more_they_have_the_same_within_seconds() -> None:
    bucket = Bucket()
    a, b, c = (AccountShares(name, "1") for name in "abc")
    turn(a, bucket, 1000, 0.0)
    assert a.per_minute(0.5) == LIMIT
    for now in range(1, 6):
        for shares in (a, b, c):
            turn(shares, bucket, 1000, float(now))

    assert [round(shares.per_minute(6.0)) for shares in (a, b, c)] == [60, 60, 60]


def test_a_newcomer_that_was_told_no_limit_goes_by_that_of_the_others() -> None:
    """By its guess, which is lower, the others had all there is, and it could never ask for the list."""
    bucket = Bucket()
    a, b, c = (AccountShares(name, "1") for name in "abc")
    for now in range(10):
        for shares in (a, b):
            turn(shares, bucket, 1000, float(now), 540.0)
    for now in range(10, 16):
        turn(c, bucket, LIMIT, float(now), LIMIT, is_told=False)
        for shares in (a, b):
            turn(shares, bucket, 1000, float(now), 540.0)

    assert [round(shares.per_minute(16.0)) for shares in (a, b, c)] == [180, 180, 180]


def test_a_guess_is_all_there_is_where_nobody_was_told_a_limit() -> None:
    bucket, a, b = Bucket(), AccountShares("a", "1"), AccountShares("b", "1")
    for now in range(6):
        turn(a, bucket, 1000, float(now), is_told=False)
        turn(b, bucket, 1000, float(now), is_told=False)

    assert [round(shares.per_minute(6.0)) for shares in (a, b)] == [90, 90]


def test_shares_of_a_release_that_told_no_limit_are_read() -> None:
    table = decode(b'{"shares": {"a": {"boot": "1", "number": 3, "per_minute": 20.0, "wanted": 30.0}}}')

    assert table.shares["a"].limit == 0.0


def without_limits(bucket: Bucket) -> None:
    """A member of a release that knows of no limits writes the table, and nothing else of it changes."""
    shares = {name: replace(share, limit=0.0) for name, share in bucket.table.shares.items()}
    bucket.write(WriteTable(ShareTable(shares), bucket.revision))


def test_a_share_is_ours_though_a_release_without_limits_wrote_the_table_before_we_were_answered() -> None:
    """Of a share that became less we would go on to use what the others have by now."""
    bucket, a = Bucket(), AccountShares("a", "1")
    turn(a, bucket, 100, 0.0)
    proposed = a.propose(30, LIMIT, 25.0)
    assert proposed is not None
    revision = bucket.write(proposed)
    assert revision is not None
    without_limits(bucket)
    a.heard(bucket.table, bucket.revision, 25.5)
    a.written(revision)

    assert a.per_minute(26.0) == 30


def test_a_release_without_limits_that_writes_the_table_makes_no_share_of_the_dead_last_longer() -> None:
    bucket, a, b = Bucket(), AccountShares("a", "1"), AccountShares("b", "1")
    turn(a, bucket, LIMIT, 0.0)
    turn(b, bucket, LIMIT, 1.0)
    without_limits(bucket)
    turn(b, bucket, LIMIT, 60.0)
    turn(b, bucket, LIMIT, DROPPED_AFTER + 1.5)

    assert b.per_minute(DROPPED_AFTER + 2.0) == LIMIT


def test_a_share_lasts_a_minute_and_is_renewed_before() -> None:
    bucket, a = Bucket(), AccountShares("a", "1")
    turn(a, bucket, 30, 0.0)
    assert a.per_minute(SHARE_LASTS - 0.1) == 30
    assert a.per_minute(SHARE_LASTS) == 0.0

    b = AccountShares("b", "1")
    for now in range(100):
        turn(b, bucket, 30, float(now))
    assert b.per_minute(99.0) == 30
    assert bucket.revision < 10, "once in 20 seconds"


def test_what_a_dead_member_had_is_free_when_it_can_use_it_no_more() -> None:
    bucket, a, b = Bucket(), AccountShares("a", "1"), AccountShares("b", "1")
    turn(a, bucket, 1000, 0.0)
    for now in range(1, int(DROPPED_AFTER) + 1):
        turn(b, bucket, 1000, float(now))
        assert b.per_minute(now + 0.5) == 0.0
    for now in range(66, 70):
        turn(b, bucket, 1000, float(now))

    assert b.per_minute(70.0) == LIMIT


def test_the_next_life_of_a_member_has_nothing_of_the_last() -> None:
    bucket = Bucket()
    turn(AccountShares("a", "1"), bucket, 100, 0.0)
    again = AccountShares("a", "2")
    again.heard(bucket.table, bucket.revision, 5.0)
    assert again.per_minute(5.0) == 0.0

    turn(again, bucket, 50, 5.0)

    assert again.per_minute(6.0) == 50


def test_a_bucket_that_was_lost_is_begun_anew_once_nothing_lasts_any_more() -> None:
    bucket, a = Bucket(), AccountShares("a", "1")
    for now in range(0, 100, 20):
        turn(a, bucket, 30, float(now))
    lost = Bucket()
    turn(a, lost, 30, 100.0)
    assert lost.revision == 0

    turn(a, lost, 30, 100.0 + SHARE_LASTS + DROPPED_AFTER)

    assert lost.revision == 1


@given(st.floats(0, 1000), st.dictionaries(st.text(min_size=1, max_size=3), st.floats(0, 1000), min_size=1))
def test_parts_are_fair(limit: float, wanted: dict[str, float]) -> None:
    """Nobody has more than it wants, all together no more than the limit, and who lacks has the most."""
    parts = fair(limit, wanted)

    assert sum(parts.values()) <= limit + 1e-6
    most = max(parts.values())
    for name, part in parts.items():
        assert part <= wanted[name]
        assert part == pytest.approx(wanted[name]) or part == pytest.approx(most)


@pytest.mark.parametrize("seed", seeds(0, few=10, many=300))
def test_together_they_never_ask_more_than_the_limit(seed: int) -> None:
    """Answers that are lost, writes that land late, watchers that lag, deaths: whatever anybody thinks."""
    random = Random(seed)
    bucket = Bucket()
    history = [(bucket.table, bucket.revision)]
    members = {name: AccountShares(name, "1") for name in "abc"}
    late: list[tuple[float, WriteTable]] = []
    for step in range(1500):
        now = step * 0.5
        for at, wanted in list(late):
            if at <= now:
                late.remove((at, wanted))
                if bucket.write(wanted) is not None:
                    history.append((bucket.table, bucket.revision))
        for name in random.sample("abc", random.randint(0, 3)):
            if random.random() < 0.003:
                members[name] = AccountShares(name, f"boot{step}")
            shares = members[name]
            table, revision = history[-1 - min(len(history) - 1, random.choice([0, 0, 0, 1, 2, 5]))]
            if random.random() < 0.8:
                shares.heard(table, revision, now)
            proposed = shares.propose(random.choice([5, 40, 40, 300]), LIMIT, now)
            if proposed is None:
                continue
            fate = random.random()
            if fate < 0.1:
                late.append((now + random.choice([0.5, 3, 20]), proposed))
                shares.not_written()
            elif fate < 0.15:
                late.append((now, proposed))  # and what became of it is never told
            elif (landed := bucket.write(proposed)) is None:
                shares.not_written()
            else:
                history.append((bucket.table, landed))
                shares.not_written() if fate < 0.3 else shares.written(landed)
        assert sum(shares.per_minute(now) for shares in members.values()) <= LIMIT + 1e-6


@pytest.mark.parametrize("unseen", [1, 10, 40, 200])
def test_servers_without_a_token_have_one_soon_and_not_over_a_minute(unseen: int) -> None:
    """A share of so many a minute as have none would take a minute for ten, and longer the fewer are left."""
    left, seconds, limit = float(unseen), 0.0, 540.0
    while left > 0.0:
        left -= min(limit, needed(unseen, round(left + 0.5))) / 60.0
        seconds += 1.0

    assert seconds <= unseen / limit * 60.0 + 30.0
