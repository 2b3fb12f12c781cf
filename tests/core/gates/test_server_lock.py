"""One run at a time acts on a server."""

from __future__ import annotations

from automaton.core.gates.server_lock import ServerLocks


def test_the_first_run_has_the_lock_and_others_wait_in_order() -> None:
    locks: ServerLocks[str] = ServerLocks()

    assert [locks.take("s", run) for run in ("a", "b", "c", "a")] == [True, False, False, True]
    assert locks.release("s", "a") == "b"
    assert locks.release("s", "b") == "c"
    assert locks.release("s", "c") is None


def test_a_run_that_stops_waiting_loses_its_turn() -> None:
    locks: ServerLocks[str] = ServerLocks()
    for run in ("a", "b", "c"):
        locks.take("s", run)

    assert locks.release("s", "b") is None
    assert locks.release("s", "a") == "c"


def test_servers_have_locks_of_their_own() -> None:
    locks: ServerLocks[str] = ServerLocks()
    locks.take("s", "a")

    assert locks.take("t", "b")


def test_releasing_a_lock_that_one_does_not_hold_changes_nothing() -> None:
    locks: ServerLocks[str] = ServerLocks()
    locks.take("s", "a")

    assert locks.release("s", "b") is None
    assert not locks.take("s", "b")


def test_a_server_for_which_nobody_waits_any_more_leaves_nothing_behind() -> None:
    """Servers come and go for months."""
    locks: ServerLocks[str] = ServerLocks()
    for run in ("a", "b"):
        locks.take("s", run)
    for run in ("a", "b"):
        locks.release("s", run)

    assert (locks._waiting, locks._holder) == ({}, {})


def test_one_that_stops_waiting_keeps_what_it_holds() -> None:
    locks: ServerLocks[str] = ServerLocks()
    for run in ("a", "b"):
        locks.take("s", run)
        locks.stop_waiting("s", run)

    assert (locks.has("s", "a"), locks.has("s", "b"), locks.release("s", "a")) == (True, False, None)
