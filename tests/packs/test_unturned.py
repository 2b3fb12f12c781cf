"""The console of Unturned."""

from __future__ import annotations

import pytest

from automaton.core.console.command import CommandRefused, check_command
from tests.packs.ear import Ear, pack_of

UNTURNED = Ear("unturned")
PREFIXES = ["", "[2026-01-05 12:00:00] ", "[12:00:00 INF][SDG.Unturned] "]
JOIN = "Connecting: PlayerID: 76561190000000001 Name: {} Character: Pub Eve"
LEAVE = "Disconnecting: PlayerID: 76561190000000001 Name: {} Character: Pub Eve"
EVENTS = {
    "ready": "Loading level: 100%",
    "player.join": JOIN.format("Alex"),
    "player.leave": LEAVE.format("Alex"),
}
LONGEST_NAME = 32  # the game refuses longer ones


def test_its_servers_are_found_by_egg_and_start_up_line() -> None:
    assert pack_of("Unturned") == "unturned"
    assert pack_of("Ours", startup="./Unturned_Headless.x86_64 -batchmode -nographics") == "unturned"


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(("event", "text"), EVENTS.items())
def test_its_events_are_read_behind_every_prefix(prefix: str, event: str, text: str) -> None:
    assert UNTURNED.events(prefix + text) == [event]


@pytest.mark.parametrize("name", ["Eve", "E v e", "a Character: b", "سأقتلك", "Loading level: 100%"])
def test_one_who_comes_is_one_join_whatever_the_name(name: str) -> None:
    assert UNTURNED.events(JOIN.format(name)) == ["player.join"]
    assert UNTURNED.fields(JOIN.format(name)) == {
        "player": name,
        "account": "76561190000000001",
        "character": "Pub Eve",
    }


@pytest.mark.parametrize("channel", ["World", "Area", "Group"])
@pytest.mark.parametrize("said", EVENTS.values())
def test_what_players_say_is_chat_and_nothing_else(channel: str, said: str) -> None:
    assert UNTURNED.is_only_chat(f'[{channel}] Pub Eve [Eve]: "{said}"')
    assert UNTURNED.is_only_chat(f'[{channel}] {said} [Eve]: "x"')


def test_a_command_of_a_player_is_no_chat() -> None:
    line = '[World] Pub Eve [Eve]: "/kick Alex"'

    assert UNTURNED.events(line) == ["command"]
    assert UNTURNED.fields(line)["text"] == "/kick Alex"


def test_two_names_of_the_game_are_too_short_to_make_up_a_join() -> None:
    """Where somebody dies, both names stand first: `character [name] was mauled by a zombie!`."""
    for account in ("7", "76561190000000001"):
        character = f"Connecting: PlayerID: {account} Name: x"[:LONGEST_NAME]

        assert UNTURNED.events(f"{character} [y Character: z] was mauled by a zombie!") == []


def test_a_save_is_confirmed() -> None:
    assert UNTURNED.is_saved("[2026-01-05 12:00:00] Successfully saved the game.")
    assert UNTURNED.is_only_chat('[World] Pub Eve [Eve]: "Successfully saved the game."')


@pytest.mark.parametrize("command", ["shutdown", "Shutdown", "/shutdown 60"])
def test_it_may_not_be_stopped_by_a_command(command: str) -> None:
    with pytest.raises(CommandRefused):
        check_command(command, UNTURNED.pack)
