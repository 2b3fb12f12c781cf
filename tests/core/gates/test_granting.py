"""The fleet's side: who has room, who waits, and what becomes of those of whom nothing is heard."""

from __future__ import annotations

from typing import Any

import pytest

from automaton.core.gates.budgets import Budgets
from automaton.core.gates.granting import ASKED_EVERY, LET_GO_AFTER, UNHEARD, Granting
from automaton.core.gates.limits import Budget, Limits
from automaton.core.grant_events import GrantDelay, GrantLine, GrantsAnswered, GrantsTold
from automaton.core.moment import Moment
from automaton.core.outbox import Outbox
from automaton.core.schedule.deadlines import Deadlines
from automaton.core.schedule.restless import MOST_LOOKS
from automaton.core.schedule.wall_time import WallTime

PLACE = ("power.parallel",)
POWER = ("power.parallel", "power.fleet")
SEND = ("send.fleet",)


class Fleet:
    """The fleet's engine alone, told what its nodes say."""

    def __init__(self, limits: Limits, memory: dict[str, Any] | None = None, at: float = 0.0) -> None:
        self.outbox, self.deadlines = Outbox(), Deadlines[object]()
        self.announced: list[str] = []
        self.announced_at: list[float] = []
        self.budgets = Budgets()
        self.granting = Granting(
            limits, self.budgets, self.outbox, self.deadlines,
            self._announce,
        )  # fmt: skip
        if memory is not None:
            self.budgets.load(memory["spent"], WallTime(Moment(at, at)))
            self.granting.load(memory["grants"], WallTime(Moment(at, at)))

    def _announce(self, what: str, why: str, at: Moment) -> None:
        self.announced.append(f"{what}: {why}")
        self.announced_at.append(at.mono)

    def hears(self, mono: float, node: str, turn: int, *lines: GrantLine) -> list[GrantsAnswered]:
        told = GrantsTold(server="", at=Moment(mono, mono), node=node, turn=turn, lines=lines)
        self.granting.hear(told, told.at)
        return self.answers()

    def until(self, mono: float) -> list[GrantsAnswered]:
        for when, _ in self.deadlines.due(mono):
            self.granting.due(Moment(when, when))
        return self.answers()

    def answers(self) -> list[GrantsAnswered]:
        return [one.event for one in self.outbox.take() if isinstance(one.event, GrantsAnswered)]

    def dump(self, mono: float) -> dict[str, Any]:
        wall_time = WallTime(Moment(mono, mono))
        return {"spent": self.budgets.dump(wall_time), "grants": self.granting.dump(wall_time)}


def wants(number: int, budgets: tuple[str, ...]) -> GrantLine:
    return GrantLine(number=number, budgets=budgets)


def sent(number: int, budgets: tuple[str, ...], *, over: bool = False, in_vain: bool = False) -> GrantLine:
    return GrantLine(number=number, budgets=budgets, sent=True, over=over, in_vain=in_vain)


def gist(answers: list[GrantsAnswered]) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.node, one.given) for one in answers]


def test_room_is_given_in_the_order_of_asking_whoever_asks() -> None:
    fleet = Fleet(Limits(parallel=1))

    assert gist(fleet.hears(1.0, "eu", 1, wants(1, PLACE))) == [("eu", (1,))]
    (answer,) = fleet.hears(2.0, "us", 1, wants(1, PLACE))
    assert (answer.given, answer.delays) == ((), (
        GrantDelay(number=1, budget=PLACE[0], detail="1 power actions are going, `limits.power.parallel`"),
    ))  # fmt: skip
    fleet.hears(3.0, "ap", 1, wants(1, PLACE))
    over = fleet.hears(4.0, "eu", 2, sent(1, PLACE, over=True))
    assert gist(over) == [("eu", ()), ("us", (1,))]


def test_who_waits_for_another_budget_is_not_waited_for() -> None:
    fleet = Fleet(Limits(parallel=1, send_fleet=Budget(1, 60.0)))
    fleet.hears(1.0, "eu", 1, wants(1, PLACE), wants(2, PLACE))

    assert gist(fleet.hears(2.0, "us", 1, wants(1, SEND))) == [("us", (1,))]


def test_the_same_words_get_the_same_answer_and_late_ones_none() -> None:
    fleet = Fleet(Limits(parallel=1))
    first = fleet.hears(1.0, "eu", 5, wants(7, PLACE))

    assert gist(fleet.hears(1.0, "eu", 5, wants(7, PLACE))) == gist(first)
    assert fleet.granting.places == 1
    fleet.hears(2.0, "eu", 6, sent(7, PLACE, over=True))
    assert fleet.hears(3.0, "eu", 5, wants(7, PLACE)) == []
    assert fleet.granting.places == 0


def test_the_time_of_a_budget_runs_from_when_the_sending_was_told() -> None:
    fleet = Fleet(Limits(send_fleet=Budget(1, 60.0)))
    fleet.hears(1.0, "eu", 1, wants(1, SEND))
    fleet.hears(20.0, "us", 1, wants(1, SEND))
    fleet.hears(21.0, "eu", 2, sent(1, SEND, over=True))
    fleet.hears(80.0, "us", 2, wants(1, SEND))

    assert fleet.until(80.9) == []
    assert gist(fleet.until(81.5)) == [("us", (1,))]


def test_what_a_node_does_not_know_any_more_counts_as_gone_out() -> None:
    """A log was lost: nobody can say that it did not."""
    fleet = Fleet(Limits(parallel=1, power_fleet=Budget(1, 60.0)))
    fleet.hears(1.0, "eu", 1, wants(1, POWER))
    fleet.hears(2.0, "eu", 2)
    (answer,) = fleet.hears(3.0, "eu", 3, wants(2, POWER))

    assert fleet.granting.places == 0
    assert [(one.number, one.budget) for one in answer.delays] == [(2, "power.fleet")]


def test_what_this_engine_does_not_know_any_more_it_learns_from_the_nodes() -> None:
    fleet = Fleet(Limits(parallel=1, power_fleet=Budget(1, 60.0)))
    fleet.hears(1.0, "eu", 9, sent(4, POWER))

    assert fleet.granting.places == 1
    assert gist(fleet.hears(2.0, "us", 1, wants(1, POWER))) == [("us", ())]


def test_a_silent_node_is_asked_whether_its_actions_still_go_and_let_go_in_the_end() -> None:
    fleet = Fleet(Limits(parallel=1))
    fleet.hears(1.0, "eu", 1, sent(1, PLACE))
    (asked,) = fleet.until(1.0 + ASKED_EVERY)

    assert (asked.node, asked.asks) == ("eu", True)
    assert len(fleet.until(1.0 + 10 * ASKED_EVERY)) == 9
    fleet.until(2.0 + LET_GO_AFTER)
    assert fleet.granting.places == 0
    assert fleet.announced == ["1 actions of node eu are taken to be over: nothing was heard of it for 2h"]
    assert fleet.granting.dump(WallTime(Moment(0.0, 0.0))) == {}


def test_who_does_not_ask_any_more_does_not_stand_in_the_way() -> None:
    fleet = Fleet(Limits(parallel=1))
    fleet.hears(1.0, "eu", 1, sent(1, PLACE))
    fleet.hears(2.0, "us", 1, wants(1, PLACE))
    fleet.hears(3.0, "ap", 1, wants(1, PLACE))
    fleet.hears(2.0 + UNHEARD, "ap", 2, wants(1, PLACE))
    fleet.until(2.5 + UNHEARD)

    assert gist(fleet.hears(3.0 + UNHEARD, "eu", 2)) == [("eu", ()), ("ap", (1,))]


@pytest.mark.parametrize("mono", [5.0, 100.0])
def test_the_next_engine_goes_on_where_this_one_was_and_asks_how_things_are(mono: float) -> None:
    fleet = Fleet(Limits(parallel=2, power_fleet=Budget(2, 60.0)))
    fleet.hears(1.0, "eu", 1, wants(1, POWER))
    fleet.hears(2.0, "eu", 2, sent(1, POWER))
    fleet.hears(3.0, "us", 1, wants(1, POWER))
    after = Fleet(fleet.granting.limits, fleet.dump(4.0), mono)

    assert after.dump(4.0) == fleet.dump(4.0) or mono != 5.0
    assert [(one.node, one.asks, one.given) for one in after.until(mono + 1.0)] == [
        ("eu", True, ()), ("us", True, (1,)),
    ]  # fmt: skip
    assert after.granting.places == 2
    assert gist(after.hears(mono + 2.0, "ap", 1, wants(1, POWER))) == [("ap", ())]
    if mono > 62.0:  # what eu spent is out of its time, and its action over; that of us still counts
        assert gist(after.hears(mono + 3.0, "eu", 3, sent(1, POWER, over=True))) == [("eu", ()), ("ap", (1,))]


def test_more_room_after_a_reload_is_given_when_somebody_asks_again() -> None:
    fleet = Fleet(Limits(parallel=0))
    fleet.hears(1.0, "eu", 1, wants(1, PLACE))
    fleet.granting.limits = Limits(parallel=1)

    assert gist(fleet.hears(6.0, "eu", 2, wants(1, PLACE))) == [("eu", (1,))]


def test_an_answer_is_of_no_server() -> None:
    assert [one.server for one in Fleet(Limits()).hears(1.0, "eu", 1)] == [""]


def test_whoever_was_given_room_waits_no_more() -> None:
    fleet = Fleet(Limits(parallel=2))
    fleet.hears(1.0, "eu", 1, wants(1, PLACE))

    assert fleet.granting.waiting == 0
    assert gist(fleet.hears(2.0, "us", 1, wants(1, PLACE))) == [("us", (1,))]


def test_what_a_node_asks_for_no_more_or_has_sent_waits_no_more() -> None:
    """An engine before this one may have given what this one lets wait."""
    fleet = Fleet(Limits(parallel=0))
    fleet.hears(1.0, "eu", 1, wants(1, PLACE), wants(2, PLACE), wants(3, PLACE))
    assert fleet.granting.waiting == 3
    fleet.hears(2.0, "eu", 2, wants(1, PLACE), sent(2, PLACE))
    assert fleet.granting.waiting == 1
    fleet.hears(3.0, "eu", 3, sent(2, PLACE), GrantLine(number=1, budgets=PLACE, over=True))
    assert fleet.granting.waiting == 0


def test_who_was_not_heard_for_half_a_minute_waits_no_more_and_a_copy_of_old_words_changes_nothing() -> None:
    fleet = Fleet(Limits(parallel=0))
    fleet.hears(1.0, "eu", 1, wants(1, PLACE))
    fleet.until(1.0 + UNHEARD)
    assert fleet.granting.waiting == 0
    fleet.hears(40.0, "eu", 1, wants(1, PLACE))
    assert fleet.granting.waiting == 0
    fleet.hears(41.0, "eu", 2, wants(1, PLACE))
    assert fleet.granting.waiting == 1


def test_time_makes_room_while_actions_go_on() -> None:
    fleet = Fleet(Limits(power_fleet=Budget(1, 20.0)))
    fleet.hears(1.0, "eu", 1, sent(1, POWER))
    fleet.hears(2.0, "us", 1, wants(1, POWER))

    assert gist(fleet.until(21.5)) == [("us", (1,))]


def test_room_that_comes_bit_by_bit_is_no_fault() -> None:
    budget, many = Budget(1000, 60.0), MOST_LOOKS + 50
    fleet = Fleet(Limits(send_fleet=budget))
    for number in range(1000):
        fleet.budgets.spend([(("send.fleet", ""), budget)], 1.0 + 0.003 * number)
    fleet.hears(5.0, "us", 1, *(wants(number, SEND) for number in range(many)))
    for second in range(1, 13):
        fleet.hears(5.0 * second, "us", 1)  # its last words again: it still waits

    assert len(fleet.until(61.0 + 0.003 * many)) == many
    assert fleet.deadlines.restless.found == []


def test_a_node_whose_grants_changed_is_to_be_written_anew() -> None:
    fleet = Fleet(Limits(parallel=1))

    def changed() -> list[str]:
        names = list(fleet.granting.changed)
        fleet.granting.changed.clear()
        return names

    fleet.hears(1.0, "eu", 1, wants(1, PLACE))
    assert changed() == ["eu"]
    fleet.hears(2.0, "us", 1, wants(1, PLACE))
    assert changed() == []
    fleet.hears(3.0, "eu", 2, sent(1, PLACE))
    assert changed() == ["eu"]
    fleet.hears(4.0, "eu", 3, sent(1, PLACE))
    assert changed() == []
    fleet.hears(5.0, "eu", 4)
    assert changed() == ["eu", "us"]
    fleet.hears(6.0, "ap", 1, sent(1, PLACE))  # of an engine before this one
    assert changed() == ["ap"]


def test_what_a_node_had_that_is_let_go_counts_as_gone_out_from_then_on() -> None:
    """What was given to it may have gone out at the last moment that anybody knows of."""
    fleet = Fleet(Limits(power_fleet=Budget(1, 36_000.0)))
    fleet.hears(1.0, "eu", 1, wants(1, POWER))
    fleet.until(1.0 + LET_GO_AFTER)

    assert fleet.announced_at == [1.0 + LET_GO_AFTER]
    assert fleet.budgets.dump(WallTime(Moment(0.0, 0.0))) == [["power.fleet", "", [1.0 + LET_GO_AFTER]]]


def test_late_in_its_life_it_waits_as_long_for_a_silent_node() -> None:
    fleet, began = Fleet(Limits(parallel=1)), 10 * LET_GO_AFTER
    fleet.hears(began, "eu", 1, sent(1, PLACE))
    fleet.until(began + ASKED_EVERY)

    assert fleet.granting.places == 1


def test_the_next_engine_lets_a_silent_node_go_in_time_as_well() -> None:
    fleet = Fleet(Limits(parallel=1))
    fleet.hears(1.0, "eu", 1, sent(1, PLACE))
    after = Fleet(fleet.granting.limits, fleet.dump(2.0), 2.0)
    after.until(2.0 + LET_GO_AFTER)

    assert after.announced_at == [2.0 + LET_GO_AFTER]


def test_the_next_engine_knows_what_is_over_and_gives_back_what_came_to_nothing() -> None:
    fleet = Fleet(Limits(parallel=2, power_fleet=Budget(2, 600.0)))
    fleet.hears(1.0, "eu", 1, sent(1, POWER, over=True), sent(2, POWER))
    after = Fleet(fleet.granting.limits, fleet.dump(2.0), 2.0)
    assert after.dump(2.0) == fleet.dump(2.0)
    assert after.granting.places == 1

    (full,) = after.hears(3.0, "us", 1, wants(1, POWER))
    assert [one.budget for one in full.delays] == ["power.fleet"]
    over = after.hears(4.0, "eu", 2, sent(1, POWER, over=True), sent(2, POWER, over=True, in_vain=True))
    assert gist(over) == [("eu", ()), ("us", (1,))]
