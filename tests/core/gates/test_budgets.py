"""Budgets of servers, nodes and the fleet: spent, waited for, given back."""

from __future__ import annotations

from math import inf

import pytest

from automaton.core.calls import Call, SendMessage, Signal, Spends
from automaton.core.decision import Verdict
from automaton.core.gates.budgets import Budgets, budgets_for
from automaton.core.gates.gate_state import GateState
from automaton.core.gates.limits import Budget, Limits
from automaton.core.moment import Moment
from automaton.core.schedule.wall_time import WallTime
from tests.core.gates.calls import EU, US, asked, held, power, send, spend

ONE = Budget(1, 60.0)
ALL_OF_THEM = Limits(
    power_server=ONE, power_node=ONE, power_fleet=ONE, send_server=ONE, send_fleet=ONE
)  # fmt: skip


def test_a_budget_is_spent_and_comes_back_with_time() -> None:
    gates = GateState(Limits(power_server=Budget(2, 3600.0)))
    found = [asked(gates, power(Signal.RESTART), mono) for mono in (0.0, 10.0, 20.0, 3600.0)]

    assert [one and one.verdict for one in found] == [None, None, Verdict.OVER_LIMIT, None]


def test_the_budget_of_the_fleet_is_shared_by_all_servers() -> None:
    gates = GateState(Limits(send_fleet=Budget(1, 10.0)))

    assert asked(gates, send("a", "u1"), 0.0) is None
    found = asked(gates, send("b", "u2"), 1.0)
    assert found is not None
    assert found.detail == "`limits.send.fleet` allows 1 in 10s"


def test_the_budget_of_a_node_is_shared_by_its_servers() -> None:
    gates = GateState(Limits(power_node=ONE))
    assert asked(gates, power(Signal.STOP, "u1"), 0.0) is None

    found = asked(gates, power(Signal.STOP, "u2"), 1.0)
    assert found is not None
    assert found.detail == "`limits.power.node` allows 1 in 1m"
    assert held(gates, power(Signal.STOP, "u3"), US, 1.0) is None


def test_a_call_that_one_budget_holds_spends_nothing_of_another() -> None:
    gates = GateState(Limits(power_server=ONE, power_fleet=Budget(2, 60.0)))
    assert asked(gates, power(Signal.STOP, "u1"), 0.0) is None
    assert asked(gates, power(Signal.STOP, "u1"), 1.0) is not None

    assert asked(gates, power(Signal.STOP, "u2"), 2.0) is None


def test_it_is_known_when_a_budget_has_room_again() -> None:
    gates = GateState(Limits(power_server=Budget(2, 60.0), power_fleet=Budget(2, 100.0)))
    asked(gates, power(Signal.STOP), 0.0)
    asked(gates, power(Signal.STOP), 10.0)

    one, another = (held(gates, power(Signal.STOP, server), EU, 20.0) for server in ("u1", "u2"))
    assert one is not None
    assert another is not None
    assert (one.until, another.until) == (60.0, 100.0)


def test_time_alone_gives_no_room_in_a_budget_of_none() -> None:
    assert Budgets().frees_at(("power.fleet", ""), Budget(0, 60.0)) == inf


def test_a_later_try_of_a_step_spends_the_node_and_the_fleet_but_not_its_server_again() -> None:
    gates = GateState(Limits(power_server=Budget(1, 3600.0), power_node=Budget(2, 60.0)))
    assert asked(gates, power(Signal.START), 0.0) is None

    again = held(gates, power(Signal.START), EU, 1.0, spends=Spends.AGAIN)
    spend(gates, power(Signal.START), "eu", 1.0, Spends.AGAIN)
    third = held(gates, power(Signal.START), EU, 2.0, spends=Spends.AGAIN)
    assert again is None
    assert third is not None
    assert third.detail == "`limits.power.node` allows 2 in 1m"


def test_what_the_world_did_not_take_can_be_given_back() -> None:
    gates = GateState(Limits(power_node=ONE))
    gates.budgets.give_back(spend(gates, power(Signal.START), "eu", 0.0), 0.0)

    assert asked(gates, power(Signal.START), 1.0) is None


def test_the_budget_of_the_server_itself_is_not_given_back() -> None:
    """A step spends it once, whatever becomes of its tries."""
    gates = GateState(Limits(power_server=ONE))
    gates.budgets.give_back(spend(gates, power(Signal.START), "eu", 0.0), 0.0)

    assert asked(gates, power(Signal.START), 1.0) is not None


@pytest.mark.parametrize("call", [power(Signal.STOP), send("list")], ids=["power", "send"])
def test_a_server_that_is_gone_leaves_no_budget_behind(call: Call) -> None:
    gates = GateState(Limits(power_server=ONE, send_server=ONE))
    asked(gates, call, 0.0)
    gates.budgets.forget("u1")

    assert asked(gates, call, 1.0) is None


def test_a_server_that_is_gone_is_written_as_gone_where_it_had_spent_anything() -> None:
    gates = GateState(Limits(power_server=ONE, send_server=ONE))
    spend(gates, power(Signal.STOP), "eu", 0.0)
    gates.budgets.changed.clear()
    gates.budgets.forget("u1")

    assert list(gates.budgets.changed) == [("power.server", "u1")]
    assert gates.budgets.dump_one(("power.server", "u1"), WallTime(Moment(0.0, 0.0))) is None


def test_only_what_is_too_old_to_count_is_forgotten() -> None:
    budgets, wall_time = Budgets(), WallTime(Moment(0.0, 0.0))
    for mono in (50.0, 60.0, 110.0):
        budgets.spend([(("power.fleet", ""), Budget(9, 60.0))], mono)

    assert budgets.dump(wall_time) == [["power.fleet", "", [60.0, 110.0]]]


def test_what_was_spent_outlives_the_process() -> None:
    gates, later = GateState(Limits(power_server=ONE)), GateState(Limits(power_server=ONE))
    asked(gates, power(Signal.STOP), 10.0)
    spent = gates.budgets.dump(WallTime(Moment(20.0, 1000.0)))
    later.budgets.load(spent, WallTime(Moment(0.0, 1030.0)))

    assert asked(later, power(Signal.STOP), 19.0) is not None
    assert asked(later, power(Signal.STOP), 21.0) is None


@pytest.mark.parametrize(
    ("call", "spends", "names"),
    [
        (power(Signal.STOP), Spends.ALL, ["power.server", "power.node", "power.fleet"]),
        (power(Signal.STOP), Spends.AGAIN, ["power.node", "power.fleet"]),
        (power(Signal.STOP), Spends.NOTHING, []),
        (send("list"), Spends.ALL, ["send.server", "send.fleet"]),
        (SendMessage(server="u1", channel="ops", text="x"), Spends.ALL, []),
    ],
)
def test_a_call_spends_the_budgets_of_its_kind_the_narrower_first(
    call: Call, spends: Spends, names: list[str]
) -> None:
    whose = {"power.server": "u1", "send.server": "u1", "power.node": "eu"}
    tickets = [ticket for ticket, _ in budgets_for(call, ALL_OF_THEM, "eu", spends)]

    assert tickets == [(name, whose.get(name, "")) for name in names]


def test_a_budget_that_is_not_written_is_not_spent() -> None:
    assert budgets_for(power(Signal.STOP), Limits(power_node=ONE), "eu", Spends.ALL) == [
        (("power.node", "eu"), ONE)
    ]
