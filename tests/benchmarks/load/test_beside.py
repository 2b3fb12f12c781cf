"""A daemon and its load run beside each other, and end with whoever looks on."""

from __future__ import annotations

from multiprocessing.connection import Connection

import pytest

from tests.benchmarks.load.beside import daemon_beside
from tests.benchmarks.load.play import Fleet, Reached


def tells(load: Connection, told: Connection, fleet: Fleet, word: str) -> None:
    """A daemon that only says what it was given, and whom it could reach."""
    reached = load.recv()
    told.send((fleet.servers, word, isinstance(reached, Reached)))


def test_the_daemon_is_told_where_its_fleet_is_and_what_else_it_was_given() -> None:
    with daemon_beside(Fleet(1, 1.0, 1.0), tells, "word") as beside:
        assert beside.told.recv() == (1, "word", True)


def test_a_daemon_that_ended_before_it_told_anything_is_noticed() -> None:
    with daemon_beside(Fleet(1, 1.0, 1.0), tells, "word") as beside:
        beside.told.recv()
        with pytest.raises(EOFError):
            beside.told.recv()
