"""Records are found, bounded and written one by one."""

from __future__ import annotations

import pytest

from automaton.core.calls import Severity
from automaton.core.moment import Moment
from automaton.delivery.record import Record
from automaton.delivery.records import MOST_KEPT, MOST_WAITING, Records

T = Moment(0.0, 1_000.0)


def record(number: int, severity: Severity = Severity.WARNING, *, told: bool = False) -> Record:
    since = None if told else T
    return Record(number, f"r/s/{number}", "r", "s", "s", "", severity, T, since=since, is_told=told)


def kept(*them: Record) -> Records:
    made = Records()
    for one in them:
        made.keep(one)
    return made


def test_it_is_found_by_its_incident_and_numbers_go_on() -> None:
    one = record(7)
    made = kept(one)

    assert (made.find("r/s/7"), made.find("r/s/8"), made.next_number()) == (one, None, 8)
    assert one in made


def test_a_report_is_found_by_nobody() -> None:
    one = record(1)
    one.is_lone = True

    assert kept(one).find(one.ref) is None


def test_each_change_is_written_once_and_what_is_gone_as_gone() -> None:
    first, second = record(1), record(2)
    made = kept(first, second)
    made.take_changes()
    made.keep(first)
    made.remove(second)

    assert made.take_changes() == {1: first.dump(), 2: None}
    assert made.take_changes() == {}


@pytest.mark.parametrize(
    ("quietest", "expected"),
    [(Severity.INFO, 2), (Severity.WARNING, 2), (Severity.CRITICAL, None)],
)
def test_the_oldest_of_the_quietest_has_no_room_and_criticals_have_more(
    quietest: Severity, expected: int | None
) -> None:
    loud = [record(number, Severity.CRITICAL) for number in range(1, MOST_WAITING + 2)]
    for one in loud[1:3]:
        one.severity = quietest
    made = kept(*loud)

    least = made.overflow()
    assert (least.number if least is not None else None) == expected


def test_what_is_on_its_way_has_room_and_of_too_many_criticals_the_newest_has_none() -> None:
    loud = [record(number, Severity.CRITICAL) for number in range(3, MOST_KEPT + 4)]
    made = kept(record(1, Severity.INFO), record(2, Severity.INFO), *loud[:-1])

    least = made.overflow(on_its_way={1})
    assert least is not None
    assert least.number == 2
    assert made.overflow(on_its_way={1, 2}) is None
    made.keep(loud[-1])
    assert made.overflow(on_its_way={1, 2}) is loud[-1]


def test_what_was_told_is_forgotten_before_what_was_not() -> None:
    untold = record(1)
    untold.drop()
    told = [record(number, Severity.CRITICAL, told=True) for number in range(2, MOST_KEPT + 2)]
    told[5].severity = Severity.INFO
    made = kept(untold, *told)

    least = made.surplus()
    assert least is told[5]
    made.remove(least)
    assert made.surplus() is None


def test_what_is_dropped_waits_no_more() -> None:
    one = record(1)
    made = kept(one)
    before = made.waiting
    one.drop()
    made.keep(one)

    assert (before, made.waiting, list(made.dropped)) == (1, 0, [one])
