"""The console of Sons of the Forest, which only speaks."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

FOREST = Ear("sons-of-the-forest")
JOIN = "Steam auth successful for client 3 with steam id 76561190000000001, username {}"
LEAVE = "Unregistering client 3 with steam id 76561190000000001, username {}"
EVENTS = {
    "ready": "Dedicated server loaded.",
    "player.join": JOIN.format("Alex"),
    "player.leave": LEAVE.format("Alex"),
    "world_saved": "Autosave complete. Time: x",
}


def test_its_servers_are_found_by_egg_and_start_up_line() -> None:
    assert pack_of("Sons Of The Forest") == "sons-of-the-forest"
    assert pack_of("Ours", startup="wine ./SonsOfTheForestDS.exe -userdatapath x") == "sons-of-the-forest"


def test_the_forest_is_another_game() -> None:
    assert pack_of("The Forest") != "sons-of-the-forest"


@pytest.mark.parametrize("prefix", ["#DSL ", ""])
@pytest.mark.parametrize(("event", "text"), EVENTS.items())
def test_its_events_are_read_behind_every_prefix(prefix: str, event: str, text: str) -> None:
    assert FOREST.events(prefix + text) == [event]


@pytest.mark.parametrize("name", ["Eve", "E v e", "a, username b", "Æ✨", *EVENTS.values()])
def test_one_who_comes_is_one_join_whatever_the_name(name: str) -> None:
    line = "#DSL " + JOIN.format(name)

    assert FOREST.events(line) == ["player.join"]
    assert FOREST.fields(line) == {"player": name, "account": "76561190000000001", "level": "L"}


def test_a_leave_may_name_the_account_alone() -> None:
    line = "#DSL Unregistering client 3 with steam id 76561190000000001"

    assert FOREST.fields(line) == {"account": "76561190000000001", "level": "L"}


def test_who_is_refused_comes_and_goes() -> None:
    """As the game itself counts: the password is asked for after Steam's word."""
    lines = [
        "#DSL Incoming client connection with auth ticket",
        "#DSL " + JOIN.format("Eve"),
        "#DSL Server waking up...",
        "#DSL Client disconnected",
        "#DSL " + LEAVE.format("Eve"),
        "#DSL Server empty, idling...",
    ]

    assert FOREST.came_and_went(lines) == ["+Eve", "-Eve"]


def test_nothing_can_be_typed() -> None:
    pack = FOREST.pack

    assert (pack.console, pack.say, pack.save, pack.probe, pack.polls) == (False, None, None, None, {})
