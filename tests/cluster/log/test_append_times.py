"""How long appends took."""

from __future__ import annotations

from automaton.cluster.log.append_times import STEPS, AppendTimes, together


def test_each_append_is_counted_in_its_step_and_those_without_an_answer_apart() -> None:
    times = AppendTimes()
    for seconds in (0.0004, 0.0005, 0.0006, 100.0):
        times.add(seconds)
    times.miss()

    assert (times.counts[0], times.counts[1], times.counts[-1]) == (2, 1, 1)
    assert (times.acknowledged, times.unanswered, times.seconds) == (4, 1, 100.0015)


def test_those_of_several_logs_are_added_up() -> None:
    one, other = AppendTimes(), AppendTimes()
    one.add(STEPS[3])
    other.add(STEPS[3])
    other.miss()

    both = together([one, other])

    assert both.counts[3] == 2
    assert (both.acknowledged, both.unanswered, both.seconds) == (2, 1, 2 * STEPS[3])
    assert together([]).acknowledged == 0
