"""What is planned is done in the order of its moments."""

from __future__ import annotations

from math import inf

from automaton.ruletest.scheduler import FIRST, LAST, Scheduler


def test_of_one_moment_answers_come_first_and_readings_last() -> None:
    agenda, done = Scheduler(), list[str]()
    for at, turn, name in [(2.0, FIRST, "late"), (1.0, LAST, "reading"), (1.0, FIRST, "answer")]:
        agenda.plan(at, lambda name=name: done.append(name), turn)  # type: ignore[misc]
    agenda.plan(1.0, lambda: done.append("change"))
    agenda.plan(1.0, lambda: done.append("another"))

    while agenda.next < inf:
        agenda.act()
    assert done == ["answer", "change", "another", "reading", "late"]


def test_a_test_waits_only_for_what_counts() -> None:
    agenda = Scheduler()
    agenda.plan(1.0, lambda: None, counts=False)
    agenda.plan(2.0, lambda: None)
    assert agenda.waited_for == 1

    agenda.act()
    assert (agenda.waited_for, agenda.next) == (1, 2.0)
    agenda.act()
    assert (agenda.waited_for, agenda.next) == (0, inf)
