"""The journal of a shard, as a host takes it."""

from __future__ import annotations

from automaton.daemon.cluster.member_keeper import MemberKeeper
from automaton.journal.entry import Snapshot
from automaton.journal.port import Opened
from tests.daemon.cluster.stage import FakeLog, NoJournal


def test_what_the_claim_read_is_what_the_last_owner_left_and_is_read_once() -> None:
    opened = Opened(NoJournal(), Snapshot(7, {"delivery/x": b"1"}))  # type: ignore[arg-type] # never read
    log = FakeLog()
    keeper = MemberKeeper(log, opened, lambda _why: None)

    assert keeper.open().kept == {"delivery/x": b"1"}
    assert keeper.open().memory is None
    assert log.opened == 0
    keeper.put_old_away()
    assert keeper.writer(dict, lambda _state: None).state.is_healthy
