"""Events, and a log that is ours or another's, for tests of what a member does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from automaton.cluster.claim_steps import Owned
from automaton.cluster.lease import Lease
from automaton.cluster.log.append_times import AppendTimes
from automaton.cluster.stamp import Known
from automaton.core.events import Profile, ServerListed, State, StateChanged
from automaton.core.moment import Moment
from automaton.journal.entry import Entry, Snapshot
from automaton.journal.faults import Fenced
from automaton.journal.port import Opened

NOW = Moment(1.0, 2.0)


def listed(server: str, node: str) -> ServerListed:
    """A server of that node."""
    return ServerListed(
        server=server, at=NOW, profile=Profile(uuid=server, id=server, name=server, node=node)
    )


def state_of(server: str) -> StateChanged:
    """It runs."""
    return StateChanged(server=server, at=NOW, state=State.RUNNING)


class NoJournal:
    """Takes everything, and keeps nothing."""

    def append(self, entries: list[Entry], expected: int, /) -> int:
        return expected + len(entries)

    def snapshot(self) -> Snapshot:
        return Snapshot(0, {})

    def tidy(self, now: Moment, /) -> bool:
        return False

    def close(self) -> None:
        pass


OURS: Final = Opened(NoJournal(), Snapshot(0, {}))  # type: ignore[arg-type] # a journal is not read in these tests
ASKED: Final = Opened(None, None, fault="an election")
THERE: Final = Known(1, 1)


@dataclass
class FakeLog:
    """The log of one shard. `answers` are what its openings find, the last one again and again."""

    answers: list[Opened | str] = field(default_factory=lambda: [OURS])
    lease: Lease = field(default_factory=Lease)
    claimed: Owned | None = None
    is_lost: bool = False
    known: Known = THERE
    appends: AppendTimes = field(default_factory=AppendTimes)
    trail_fault: str = ""
    lost_rows: int = 0
    released: list[str] = field(default_factory=list)
    opened: int = 0

    def open(self, damaged: str = "", /) -> Opened:
        self.opened += 1
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(found, str):
            raise Fenced(found)
        if found.journal is not None:
            self.claimed = Owned(epoch=3, sequence=1, acts_from=0.0, lost=False, anew=False)
            self.lease.begin(0.0)
            self.lease.extend(1e9)
        return found

    def release(self, to: str = "") -> bool:
        self.released.append(to)
        return True

    def adopt(self) -> None:
        self.is_lost = False
