"""Which budgets of the whole fleet a call needs."""

from __future__ import annotations

import pytest

from automaton.core.calls import Call, SendMessage, Signal, Spends
from automaton.core.gates.fleet_budgets import budget_of, needed, without_fleet
from automaton.core.gates.limits import Budget, Limits
from tests.core.gates.calls import power, send

ALL = Limits(
    parallel=1, power_server=Budget(1, 1.0), power_node=Budget(2, 2.0), power_fleet=Budget(3, 3.0),
    send_server=Budget(4, 4.0), send_fleet=Budget(5, 5.0),
)  # fmt: skip
STOP = power(Signal.STOP)
MESSAGE = SendMessage(server="u1", channel="ops", text="x")


@pytest.mark.parametrize(
    ("call", "spends", "has_slot", "names"),
    [
        (STOP, Spends.ALL, False, ("power.parallel", "power.fleet")),
        (STOP, Spends.AGAIN, True, ("power.fleet",)),
        (STOP, Spends.NOTHING, True, ()),
        (STOP, Spends.NOTHING, False, ("power.parallel",)),
        (send("list"), Spends.ALL, False, ("send.fleet",)),
        (MESSAGE, Spends.ALL, False, ()),
    ],
)
def test_a_call_needs_what_it_spends_of_the_fleet(
    call: Call, spends: Spends, has_slot: bool, names: tuple[str, ...]
) -> None:
    assert needed(call, ALL, spends, has_slot=has_slot) == names
    assert needed(call, Limits(), spends, has_slot=has_slot) == ()


def test_a_node_keeps_its_own_budgets_and_those_of_its_servers() -> None:
    left = without_fleet(ALL)

    assert (left.power_fleet, left.send_fleet, left.parallel) == (None, None, None)
    assert (left.power_server, left.power_node, left.send_server) == (
        Budget(1, 1.0), Budget(2, 2.0), Budget(4, 4.0),
    )  # fmt: skip
    assert (budget_of("power.fleet", ALL), budget_of("send.fleet", ALL)) == (Budget(3, 3.0), Budget(5, 5.0))
    assert budget_of("power.parallel", ALL) is None
