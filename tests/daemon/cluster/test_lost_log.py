"""A log that lost its end, as its engine is told of it."""

from __future__ import annotations

from structlog.testing import capture_logs

from automaton.core.events import Event, JournalBack, JournalLost
from automaton.core.moment import Moment
from automaton.daemon.cluster.lost_log import LostLog, lost_log
from automaton.journal.writer_thread import HEALTHY, JournalState
from tests.daemon.cluster.stage import NOW, FakeLog

LOST_LOG = lost_log("node:eu-1")
BROKEN = JournalState(False, "an election")


class Still:
    """A clock that stands still."""

    def now(self) -> Moment:
        return NOW


class Stage:
    """A log, and what its engine is told."""

    def __init__(self, *, is_lost: bool) -> None:
        self.log = FakeLog(is_lost=is_lost)
        self.told: list[Event] = []
        self.lost = LostLog("node:eu-1", self.log, self.told.append, Still())

    def reasons(self) -> list[str]:
        """Of what was told; "back" for what ended it."""
        found = [one.reason if isinstance(one, JournalLost) else type(one).__name__ for one in self.told]
        self.told.clear()
        return found


def test_a_log_that_lost_its_end_is_told_once_and_so_is_its_adoption() -> None:
    stage = Stage(is_lost=True)
    with capture_logs() as logs:
        stage.lost.look()
        stage.lost.look()
        assert stage.reasons() == [LOST_LOG]
        stage.log.adopt()
        stage.lost.look()
        assert stage.reasons() == [JournalBack.__name__]
    assert [line["event"] for line in logs] == ["shard.log_lost", "shard.log_adopted"]


def test_it_is_told_too_where_that_is_found_while_the_shard_is_ours() -> None:
    stage = Stage(is_lost=False)
    stage.lost.look()
    assert stage.reasons() == []
    stage.log.is_lost = True
    stage.lost.look()
    assert stage.reasons() == [LOST_LOG]


def test_a_log_that_takes_entries_again_is_not_back_while_it_is_lost() -> None:
    stage = Stage(is_lost=False)
    assert stage.lost.heard(BROKEN) == BROKEN
    assert stage.lost.heard(HEALTHY) == HEALTHY
    stage.log.is_lost = True
    assert stage.lost.heard(HEALTHY) == JournalState(False, LOST_LOG)


def test_what_is_decided_is_written_into_a_log_that_lost_its_end_too() -> None:
    stage = Stage(is_lost=True)
    stage.lost.look()
    stage.lost.heard(HEALTHY)
    assert stage.lost.unwritten == ""
    stage.lost.heard(BROKEN)
    assert stage.lost.unwritten == "an election"


def test_one_that_is_adopted_while_it_takes_nothing_is_not_back_yet() -> None:
    stage = Stage(is_lost=True)
    stage.lost.look()
    stage.lost.heard(BROKEN)
    stage.log.adopt()
    stage.lost.look()
    assert stage.reasons() == [LOST_LOG]


def test_what_is_told_names_the_shard_and_the_command_that_adopts_it() -> None:
    """`automaton status` has the words of all shards in one list, and says what is said twice once."""
    stage = Stage(is_lost=True)
    stage.lost.look()

    (reason,) = stage.reasons()
    assert reason.startswith("the log of node:eu-1 lost its end, ")
    assert "`automaton cluster adopt node:eu-1`" in reason
