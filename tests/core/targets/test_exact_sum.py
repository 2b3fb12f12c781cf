"""A running sum is what summing anew would be, to the last bit."""

from __future__ import annotations

from math import fsum, inf

from hypothesis import example, given
from hypothesis import strategies as st

from automaton.core.targets.exact_sum import ExactSum

_numbers = st.one_of(
    st.integers(-(2**53), 2**53),
    st.floats(-1e300, 1e300),
    st.sampled_from([1e300, -1e300, 5e-324, 0.1, -0.0]),
)


def summed(numbers: list[int | float]) -> ExactSum:
    made = ExactSum()
    for number in numbers:
        made.count(number, 1)
    return made


@given(st.lists(_numbers, max_size=20), st.lists(_numbers, max_size=20))
@example([1, 2**53], [])
def test_it_is_the_sum_of_those_that_are_left(stay: list[int | float], leave: list[int | float]) -> None:
    one = summed([*leave, *stay])
    for number in leave:
        one.count(number, -1)

    # Of whole numbers alone the sum is whole, and 2**53 + 1 is no float.
    anew = sum(stay) if all(isinstance(number, int) for number in stay) else fsum(stay)
    assert one.is_bounded
    assert one.value() == anew


def test_whole_numbers_have_a_whole_sum_of_any_size() -> None:
    one = summed([2**80, 1])

    assert (one.value(), type(one.value())) == (2**80 + 1, int)


def test_a_huge_number_that_is_gone_leaves_nothing_behind() -> None:
    one = summed([0.1, 1e300])
    one.count(1e300, -1)

    assert one.value() == 0.1


def test_it_says_whether_one_of_them_is_without_bounds() -> None:
    gone = summed([inf, 1])
    gone.count(inf, -1)

    assert not summed([inf, 1]).is_bounded
    assert (gone.is_bounded, gone.value()) == (True, 1)
