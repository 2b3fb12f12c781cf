"""What the gates know beside rule and call: how far rules may go, and whether the fleet holds power."""

from __future__ import annotations

from itertools import product

import pytest

from automaton.core.arm import Arm
from automaton.core.calls import Signal
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.limits import Budget, Limits
from automaton.core.rules.rule import Rule
from tests.core.gates.calls import held, power, spend

FROM_LEAST = [Arm.OFF, Arm.SHADOW, Arm.LIVE]
"""Off is less than shadow, and shadow less than live."""


@pytest.mark.parametrize(("limit", "one", "another"), list(product(Arm, repeat=3)))
def test_rules_go_together_as_far_as_the_least_of_them_and_the_limits_allow(
    limit: Arm, one: Arm, another: Arm
) -> None:
    gates = GateState(Limits(arm=limit))

    assert gates.arm(Rule(id="a", arm=one), Rule(id="b", arm=another)) is min(
        limit, one, another, key=FROM_LEAST.index
    )


def test_there_may_be_room_only_once_power_that_was_held_is_not_held_any_more() -> None:
    gates = GateState(Limits())

    assert [gates.hold_power(held=held) for held in (False, True, True, False, False)] == [
        False, False, False, True, False,
    ]  # fmt: skip


def test_other_limits_neither_forget_what_was_spent_nor_settle_anew() -> None:
    hour = Budget(1, 3600.0)
    gates = GateState(Limits(power_server=hour), settled_at=5.0)
    spend(gates, power(Signal.STOP), "eu", 10.0)
    gates.adopt(Limits(power_server=hour, settle=60.0))

    assert gates.settled_at == 5.0
    assert held(gates, power(Signal.STOP), mono=20.0) is not None
