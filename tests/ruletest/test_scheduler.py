"""What is planned is done in the order of its moments."""

from __future__ import annotations

from math import inf

from automaton.ruletest.scheduler import FIRST, LAST, Scheduler


def test_of_one_moment_answers_come_first_and_readings_last() -> None:
    scheduler, done = Scheduler(), list[str]()
    for at, turn, name in [(2.0, FIRST, "late"), (1.0, LAST, "reading"), (1.0, FIRST, "answer")]:
        scheduler.later(at, lambda name=name: done.append(name), turn)  # type: ignore[misc]
    scheduler.later(1.0, lambda: done.append("change"))
    scheduler.later(1.0, lambda: done.append("another"))

    while scheduler.next_at < inf:
        scheduler.run_next()
    assert done == ["answer", "change", "another", "reading", "late"]


def test_a_plan_counts_from_now() -> None:
    scheduler = Scheduler()
    scheduler.now = 10.0
    scheduler.later(5.0, lambda: None)

    assert scheduler.next_at == 15.0


def test_a_test_waits_only_for_what_is_awaited() -> None:
    scheduler = Scheduler()
    scheduler.later(1.0, lambda: None, is_awaited=False)
    scheduler.later(2.0, lambda: None)
    assert scheduler.unfinished == 1

    scheduler.run_next()
    assert (scheduler.unfinished, scheduler.next_at) == (1, 2.0)
    scheduler.run_next()
    assert (scheduler.unfinished, scheduler.next_at) == (0, inf)
