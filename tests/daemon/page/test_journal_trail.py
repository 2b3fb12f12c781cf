"""The trail as the page reads it: beside the daemon, bounded, and no more often than needed."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from automaton.core.moment import Moment
from automaton.daemon.page.journal_trail import GOOD_FOR, JournalTrail
from automaton.journal.sqlite_journals import NAME
from automaton.web.pages.trail_port import TrailLine, TrailUnreadableError, TrailWanted
from tests.journal.files import opened, row, turn, write


class HandClock:
    """Stands at `mono` until a test moves it."""

    def __init__(self) -> None:
        self.mono = 100.0

    def now(self) -> Moment:
        return Moment(self.mono, 1_000.0 + self.mono)


def asked(trail: JournalTrail, wanted: TrailWanted) -> list[TrailLine]:
    return anyio.run(trail.rows, wanted)


def test_rows_come_with_their_bodies_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        turn(1, row(10.0, rule="crash", key="u1", server="u1", verdict="fired", body='{"cause":"x"}')),
    )
    trail = JournalTrail(str(tmp_path / NAME), HandClock())

    assert asked(trail, TrailWanted(rule="crash")) == [
        TrailLine(1, 10.0, "decision", "crash", "u1", "u1", "fired", "", {"cause": "x"})
    ]


@pytest.mark.parametrize("body", ["", "{", "[1]", "[" * 100_000])
def test_a_body_that_cannot_be_read_is_empty(tmp_path: Path, body: str) -> None:
    write(tmp_path, turn(1, row(10.0, body=body)))

    (line,) = asked(JournalTrail(str(tmp_path / NAME), HandClock()), TrailWanted())

    assert line.body == {}


def test_what_was_read_a_moment_ago_is_given_again_and_then_read_anew(tmp_path: Path) -> None:
    write(tmp_path, turn(1, row(10.0, detail="first")))
    clock = HandClock()
    trail = JournalTrail(str(tmp_path / NAME), clock)

    async def both() -> tuple[int, int, int]:
        first = len(await trail.rows(TrailWanted()))
        with opened(tmp_path) as journal:
            journal.append([turn(2, row(20.0, detail="second"))], 1)
        again = len(await trail.rows(TrailWanted()))
        clock.mono += GOOD_FOR
        return first, again, len(await trail.rows(TrailWanted()))

    assert anyio.run(both) == (1, 1, 2)


def test_where_there_is_no_journal_or_it_is_none_of_ours_it_is_said_why(tmp_path: Path) -> None:
    for missing in (str(tmp_path / NAME), ""):
        with pytest.raises(TrailUnreadableError, match="keeps no journal"):
            asked(JournalTrail(missing, HandClock()), TrailWanted())
    (tmp_path / NAME).write_text("no journal at all, and long enough to be read as one")
    with pytest.raises(TrailUnreadableError, match="the journal cannot be read"):
        asked(JournalTrail(str(tmp_path / NAME), HandClock()), TrailWanted())
