"""A condition tells who somebody is, that something of ours holds, or nothing of either."""

from __future__ import annotations

import pytest

from automaton.expr.expression import parse_expression
from automaton.rulebook.player_guards import brought_about, is_of_players, is_ours, names_somebody


@pytest.mark.parametrize(
    ("condition", "where_true", "where_false"),
    [
        ('it.player == "Eve"', True, False),
        ('"7" == it.account', True, False),
        ('it.player in ["Eve", "Bob"]', True, False),
        ('it.player != "Eve"', False, True),
        ('it.player not in ["Eve"]', False, True),
        ('not it.player == "Eve"', False, True),
        ('it.player == "Eve" and players > 1', True, False),
        ('it.player == "Eve" or players > 1', False, False),
        ('it.player == "Eve" or it.player == "Bob"', True, False),
        ('it.player != "Eve" or players > 1', False, True),
        ("it.player == it.text", False, False),
        ('it.text == "Eve"', False, False),
        ("players > 1", False, False),
    ],
)
def test_somebody_is_named_by_what_is_equal_and_not_by_what_is_not(
    condition: str, where_true: bool, where_false: bool
) -> None:
    tree = parse_expression(condition).tree

    assert (names_somebody(tree), names_somebody(tree, holds=False)) == (where_true, where_false)


@pytest.mark.parametrize(
    ("condition", "ours"),
    [
        ("memory_pct > 95", True),
        ("not memory_pct > 95", True),
        ("avg(cpu_pct, 5m) > 90", True),
        ("avg(players, 5m) > 3", False),
        ('window("night")', True),
        ("crashes(1h) > 2", True),
        ("share(not connected) > 0.3", True),
        ("seen(world_saved, 5m)", True),
        ("seen(chat, 5m)", False),
        ("age(player.join) < 5m", False),
        ('seen("^Saved", 5m)', False),
        ("players >= 0", False),
        ("connected", False),
        ('state == "running"', False),
        ("memory_pct > 95 or connected", False),
        ("memory_pct > 95 and connected", True),
        ("not (memory_pct > 95 and connected)", False),
        ('firing("ours")', True),
        ('firing("led")', False),
        ("memory_pct > it.n", False),
    ],
)
def test_what_always_holds_while_somebody_plays_is_not_ours(condition: str, ours: bool) -> None:
    assert is_ours(parse_expression(condition).tree, lambda rule: rule == "led") is ours


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("seen(chat, 1m)", [("event", "chat")]),
        ("not seen(chat, 1m)", []),
        ("age(chat) < 1m", [("event", "chat")]),
        ("age(chat) > 1m", []),
        ("not age(chat) > 1m", [("event", "chat")]),
        ('firing("a") and players > 1', [("rule", "a")]),
        ("memory_pct > 95", []),
    ],
)
def test_what_was_seen_can_be_brought_about_and_what_was_not_cannot(
    condition: str, found: list[tuple[str, str]]
) -> None:
    assert list(brought_about(parse_expression(condition).tree)) == found


def test_what_is_said_and_who_comes_are_events_of_players() -> None:
    assert [is_of_players(name) for name in ("chat", "player.join", "crash")] == [True, True, False]
