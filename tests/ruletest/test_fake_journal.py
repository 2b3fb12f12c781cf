"""What is on disk when a test's daemon is killed."""

from __future__ import annotations

from automaton.core.engine import Engine
from automaton.core.events import LinePrinted, LinkUp, Profile, ServerListed
from automaton.core.gates.limits import Limits
from automaton.core.moment import Moment
from automaton.core.rules.rule import Rulebook
from automaton.match.line_reader import LineReader
from automaton.ruletest.fake_journal import FakeJournal


def at(seconds: float) -> Moment:
    return Moment(seconds, 1000.0 + seconds)


def engine() -> Engine:
    made = Engine(Rulebook(rules=(), index=LineReader((), {})), Limits(), at(0.0))
    made.handle(ServerListed(server="u", at=at(0.0), profile=Profile(uuid="u", id="u", name="lobby")))
    made.handle(LinkUp(server="u", at=at(0.0)))
    return made


def lines(journal: FakeJournal) -> list[str]:
    memory = journal.read()
    assert memory is not None
    found: list[str] = memory["places"]["u"]["server"]["lines"]
    return found


def test_what_was_heard_is_written_every_two_seconds_and_at_once_where_something_is_decided() -> None:
    watched, journal = engine(), FakeJournal(is_needed=True)
    journal.begin(watched, at(0.0))

    for seconds, text in ((1.0, "a"), (40.0, "b"), (41.0, "c")):
        journal.time_passed(watched, at(seconds))
        watched.handle(LinePrinted(server="u", at=at(seconds), text=text))
    assert lines(journal) == ["a"]

    journal.time_passed(watched, at(41.5))
    assert lines(journal) == ["a"]


def test_a_test_that_kills_nobody_writes_nothing() -> None:
    journal = FakeJournal(is_needed=False)
    journal.begin(engine(), at(0.0))

    assert journal.read() is None
