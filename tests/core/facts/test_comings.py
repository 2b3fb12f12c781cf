"""What counts as somebody's coming or going."""

from __future__ import annotations

from automaton.core.events import Source
from automaton.core.facts.comings import TOLD, counted
from automaton.core.facts.players import JOIN, LEAVE, Players
from automaton.core.happening import Happening, Heard

LINE = Heard("x", "x", Source.GAME)


def told(players: Players, *happened: Happening) -> list[tuple[str, object]]:
    return [(one.name, one.fields.get("player")) for one in counted(players, happened, 1.0)]


def test_lines_are_one_each_and_what_a_test_feeds_counts_as_it_is() -> None:
    players = Players()
    line, fed = Happening(JOIN, {"player": "Eve"}, LINE), Happening(JOIN, {"player": "Eve"})

    assert told(players, line, line, fed) == [(JOIN, "Eve"), (JOIN, "Eve")]


def test_a_leave_by_the_account_has_the_name_of_the_join() -> None:
    players = Players()
    came = Happening(JOIN, {"player": "Eve", "account": "7"}, LINE)
    went = Happening(LEAVE, {"account": "7"}, LINE)

    assert told(players, came, went, went) == [(JOIN, "Eve"), (LEAVE, "Eve")]


def test_a_told_count_is_taken_where_it_is_a_number() -> None:
    players = Players()
    list(counted(players, [Happening(TOLD, {"n": "3"}), Happening(TOLD, {"n": "many"})], 1.0))

    assert players.count == 3
