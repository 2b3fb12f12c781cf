"""What the gates know beside rule and call: how far rules may go, and whether the fleet holds power."""

from __future__ import annotations

from itertools import product

import pytest

from automaton.core.arm import Arm
from automaton.core.calls import Signal
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.grants import Grants
from automaton.core.gates.limits import Budget, Limits
from automaton.core.grant_events import GrantsAnswered, GrantsTold
from automaton.core.moment import Moment
from automaton.core.outbox import Outbox
from automaton.core.rules.rule import Rule
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.schedule.wall_time import WallTime
from tests.core.gates.calls import held, power, spend

NOW = Moment(1.0, 1.0)
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


def test_an_engine_of_one_node_keeps_none_of_the_fleets_limits_and_knows_them_all() -> None:
    gates = GateState(Limits())
    gates.grants = Grants(
        "eu", Limits(), Outbox(), Deadlines[object](), lambda *_: None, lambda _: None, lambda _: False
    )
    limits = Limits(power_node=Budget(1, 60.0), power_fleet=Budget(2, 60.0), parallel=3)
    gates.adopt(limits)

    assert gates.all_limits == limits
    assert gates.limits == Limits(power_node=Budget(1, 60.0))
    assert gates.shared is gates.grants


def test_an_engine_of_the_whole_shares_nothing() -> None:
    gates = GateState(Limits())
    gates.hear(GrantsTold(server="", at=NOW, node="eu", turn=1), NOW)
    gates.hear(GrantsAnswered(server="", at=NOW, node="eu", turn=1), NOW)

    assert gates.shared is None
    assert gates.dump_shared(WallTime(NOW)) == {}
