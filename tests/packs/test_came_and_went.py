"""Joins and leaves are one each, by whatever a pack's lines tell of somebody: by pairs of its `tests`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from automaton.core.events import Source
from tests.packs.ear import READER, SHIPPED, Ear

# FXServer prints nobody, Wings is no game.
NOBODY = {"fivem", "wings"}


def told(pack: str, event: str) -> Iterator[tuple[str, str, str]]:
    """The lines of a pack's `tests` with this event, each with the account and the player in it."""
    for example in SHIPPED[pack].tests:
        for name, fields in READER.hear(str(example.line), Source.GAME, pack).occurred:
            if name == event:
                yield str(example.line), str(fields.get("account") or ""), str(fields.get("player") or "")


def pairs(pack: str) -> list[tuple[str, str]]:
    """A line of a join and one of a leave of the same, by the account where both have one, else by name."""
    return [
        (join, leave)
        for join, account, player in told(pack, "player.join")
        for leave, its_account, its_player in told(pack, "player.leave")
        if (account == its_account if account and its_account else player and player == its_player)
    ]


@pytest.mark.parametrize("pack", sorted(SHIPPED.keys() - NOBODY))
def test_one_who_comes_and_goes_is_one_join_and_one_leave_though_each_is_told_twice(pack: str) -> None:
    stories = [Ear(pack).came_and_went([join, join, leave, leave]) for join, leave in pairs(pack)]

    assert [story for story in stories if [entry[0] for entry in story] != ["+", "-"]] == []


@pytest.mark.parametrize("pack", sorted(SHIPPED.keys() - NOBODY))
def test_a_pack_shows_somebody_who_comes_and_goes(pack: str) -> None:
    assert pairs(pack)
