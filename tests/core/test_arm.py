"""The lesser of two arms holds."""

from __future__ import annotations

import pytest

from automaton.core.arm import Arm, lesser


@pytest.mark.parametrize("one", list(Arm))
@pytest.mark.parametrize("other", list(Arm))
def test_the_lesser_is_the_one_that_allows_less(one: Arm, other: Arm) -> None:
    order = [Arm.OFF, Arm.SHADOW, Arm.LIVE]

    assert lesser(one, other) is order[min(order.index(one), order.index(other))]
