"""Who waits for the fleet's budgets is next in the order of asking, past those that need what is full."""

from __future__ import annotations

from automaton.core.gates.waiting_line import WaitingLine

POWER, SEND = ("power.parallel", "power.fleet"), ("send.fleet",)


def test_who_came_first_is_first_whatever_it_needs() -> None:
    line = WaitingLine()
    line.join("eu", 9, SEND)
    line.join("us", 1, POWER)
    line.join("eu", 3, SEND)

    assert line.first(()) == ("eu", 9, SEND)
    line.leave("eu", (9,))
    assert line.first(()) == ("us", 1, POWER)
    assert line.first({"power.fleet": "full"}) == ("eu", 3, SEND)
    assert line.first({"power.fleet", "send.fleet"}) is None


def test_who_asks_again_keeps_its_place() -> None:
    line = WaitingLine()
    line.join("eu", 1, SEND)
    line.join("us", 1, SEND)
    line.join("eu", 1, SEND)

    assert (len(line), line.first(())) == (2, ("eu", 1, SEND))


def test_who_leaves_is_gone_and_who_was_not_there_is_ignored() -> None:
    line = WaitingLine()
    line.join("eu", 1, SEND)
    line.join("eu", 2, POWER)
    line.leave("eu", (1, 7))
    line.leave("us", (1,))

    assert (len(line), dict(line.of("eu")), dict(line.of("us"))) == (1, {2: POWER}, {})
    line.leave("eu", (2,))
    assert (len(line), line.first(())) == (0, None)
