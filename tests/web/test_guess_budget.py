"""Who is wrong too often waits, each address for itself."""

from __future__ import annotations

from automaton.core.moment import Moment
from automaton.web.guess_budget import GUESSES, MOST_GUESSING, GuessBudget


class Clock:
    """Stands still until it is told otherwise."""

    mono = 0.0

    def now(self) -> Moment:
        return Moment(self.mono, 0.0)


def test_so_many_are_free_then_one_comes_back_in_five_seconds() -> None:
    clock = Clock()
    budget = GuessBudget(clock)

    assert [budget.spend("192.0.2.1") for _ in range(int(GUESSES))] == [0.0] * int(GUESSES)
    assert budget.spend("192.0.2.1") == 5.0
    assert budget.spend("192.0.2.2") == 0.0
    clock.mono = 5.0
    assert budget.spend("192.0.2.1") == 0.0


def test_of_addresses_that_guess_only_so_many_are_remembered() -> None:
    budget = GuessBudget(Clock())
    for number in range(MOST_GUESSING + 5):
        budget.spend(str(number))

    assert (len(budget._guesses), "0" in budget._guesses) == (MOST_GUESSING, False)
