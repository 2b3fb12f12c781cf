"""Members share an account's limit over a bucket."""

from __future__ import annotations

from dataclasses import dataclass

import anyio
import pytest
import structlog

from automaton.daemon.cluster.account_sharing import PREFIX, Account, AccountSharing
from automaton.errors import Unreachable
from automaton.wings.panel_status import AccountStatus, PanelStatus

LIMIT = 180.0


@dataclass
class Kept:
    key: str
    value: bytes
    revision: int


class Bucket:
    """One that all members change, and that tells none of them by itself."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}
        self.is_away = False
        self._changes = 0

    async def get(self, key: str) -> Kept | None:
        if self.is_away:
            raise Unreachable("no majority")
        return self.kept.get(key)

    async def put(self, key: str, value: bytes, revision: int) -> Kept | None:
        if self.is_away:
            raise Unreachable("no majority")
        if (self.kept[key].revision if key in self.kept else 0) != revision:
            return None
        self._changes += 1
        self.kept[key] = Kept(key, value, self._changes)
        return self.kept[key]

    def lose(self) -> None:
        """All of NATS with its disks: the one that is made anew begins to count anew."""
        self.kept, self._changes = {}, 0


class Pace:
    def __init__(self) -> None:
        self.per_minute = LIMIT
        self.is_told = True
        self.owed = 0.0
        self.now: float | None = None

    def share(self, per_minute: float | None) -> None:
        self.now = per_minute


class Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def boot(self) -> float:
        return self.at


class Machine:
    """A member with one Panel of one account."""

    def __init__(self, name: str, bucket: Bucket, clock: Clock) -> None:
        self.pace = Pace()
        self.status = AccountStatus(0, None)
        self.has_answered = False
        self._bucket = bucket
        self.sharing = AccountSharing(name, "boot", bucket, self._paces, self._statuses, lambda: 0, clock)

    def turn(self) -> None:
        for kept in self._bucket.kept.values():
            self.sharing.hear(kept)
        anyio.run(self.sharing.turn)

    def sees(self, servers: int, unseen: int = 0) -> None:
        self.has_answered, self.status = True, AccountStatus(servers, None, unseen)

    def _paces(self) -> dict[Account, Pace]:
        return {("main", 0): self.pace}

    def _statuses(self) -> list[PanelStatus]:
        return [PanelStatus("main", (self.status,), self.has_answered)]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


def test_nothing_is_asked_before_a_share_is_ours(bucket: Bucket, clock: Clock) -> None:
    machine = Machine("a", bucket, clock)
    assert machine.pace.now == 0.0

    machine.turn()

    assert machine.pace.now == LIMIT, "what it needs is not known before its list was read"
    assert list(bucket.kept) == [f"{PREFIX}main.0"]


def test_members_that_start_together_have_a_part_each_within_seconds(bucket: Bucket, clock: Clock) -> None:
    machines = [Machine(name, bucket, clock) for name in "abc"]
    for _ in range(5):
        clock.at += 1.0
        for machine in machines:
            machine.turn()
        assert sum(machine.pace.now or 0.0 for machine in machines) <= LIMIT + 1e-6

    assert [round(machine.pace.now or 0.0) for machine in machines] == [60, 60, 60]


def test_who_has_servers_to_see_again_has_what_the_others_do_not_need(bucket: Bucket, clock: Clock) -> None:
    a, b = Machine("a", bucket, clock), Machine("b", bucket, clock)
    a.sees(servers=200)
    b.sees(servers=400, unseen=200)
    for _ in range(3):
        clock.at += 1.0
        a.turn()
        b.turn()

    assert (a.pace.now, b.pace.now) == (35.0, LIMIT - 35.0)


def test_without_the_bucket_a_share_ends_after_a_minute_and_is_told_once(
    bucket: Bucket, clock: Clock
) -> None:
    machine = Machine("a", bucket, clock)
    machine.sees(servers=200)
    machine.turn()
    bucket.is_away = True
    with structlog.testing.capture_logs() as logs:
        for _ in range(90):
            clock.at += 1.0
            machine.turn()

    assert machine.pace.now == 0.0
    assert [(line["event"], line["panel"], line["account"]) for line in logs] == [
        ("account.no_share", "main", 1)
    ]
    bucket.is_away = False
    machine.turn()
    assert machine.pace.now == 35.0


def test_where_the_bucket_was_lost_all_have_shares_again_though_no_member_is_restarted(
    bucket: Bucket, clock: Clock
) -> None:
    """Nobody else writes the table whose number each still names, and without it there is no token."""
    machines = [Machine(name, bucket, clock) for name in "abc"]
    for machine in machines:
        machine.sees(servers=40)
    for _ in range(5):
        clock.at += 1.0
        for machine in machines:
            machine.turn()
    before = [machine.pace.now for machine in machines]

    bucket.lose()
    totals = []
    for _ in range(180):
        clock.at += 1.0
        for machine in machines:
            machine.turn()
        totals.append(sum(machine.pace.now or 0.0 for machine in machines))

    assert before == [machine.pace.now for machine in machines]
    assert max(totals) <= LIMIT


def test_what_is_no_table_is_refused(bucket: Bucket, clock: Clock) -> None:
    machine = Machine("a", bucket, clock)

    with pytest.raises(ValueError, match="shares of an account"):
        machine.sharing.hear(Kept(f"{PREFIX}main.0", b"{", 1))


def test_actions_that_went_beyond_a_share_are_made_up_for_before_tokens_wait_for_them(
    bucket: Bucket, clock: Clock
) -> None:
    """Actions go at once and the rest waits longer: commands at two a second would leave no token at all."""
    a = Machine("a", bucket, clock)
    a.sees(servers=40, unseen=2)
    a.turn()
    before = a.pace.now or 0.0
    a.pace.owed = 8.0
    clock.at += 1.0
    a.turn()

    assert (a.pace.now or 0.0) >= before + 60.0
