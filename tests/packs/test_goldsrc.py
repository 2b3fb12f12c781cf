"""The console and log of games on GoldSrc."""

from __future__ import annotations

import pytest

from automaton.core.console.command import CommandRefused, check_command
from tests.packs.ear import Ear, pack_of

GOLDSRC = Ear("goldsrc")
NOW = "L 01/05/2026 - 12:00:00: "
EVE = '"{}<2><STEAM_0:1:7><{}>" '
STATUS = "players :  3 active (32 max)"


@pytest.mark.parametrize(
    ("egg", "pack"),
    [
        ("Counter-Strike 1.6", "goldsrc"),
        ("Counter-Strike: Condition Zero", "goldsrc"),
        ("Custom HLDS Engine Game", "goldsrc"),
        ("Custom ReHLDS Engine Game", "goldsrc"),
        ("Sven Co-op", "goldsrc"),
        ("Team Fortress Classic", "goldsrc"),
        ("Counter-Strike 2", "source"),
        ("Counter-Strike: Source", "source"),
        ("Team Fortress 2 Classic", "source"),
        ("Day of Defeat: Source", "source"),
    ],
)
def test_its_servers_are_told_from_those_of_source(egg: str, pack: str) -> None:
    assert pack_of(egg) == pack


def test_a_server_of_another_name_is_found_by_its_start_up_line() -> None:
    assert pack_of("Ours", startup="./hlds_run -console -game cstrike -port 27015") == "goldsrc"


@pytest.mark.parametrize("name", ["Eve", "E v e", "<1>Eve", 'Eve"', "Eve<3><STEAM_0:1:9><CT>", "Ева"])
def test_who_comes_and_goes_is_told_by_name_and_account(name: str) -> None:
    came = NOW + EVE.format(name, "") + "entered the game"
    went = NOW + EVE.format(name, "CT") + "disconnected (reason \"Client sent 'drop'\")"

    assert (GOLDSRC.events(came), GOLDSRC.events(went)) == (["player.join"], ["player.leave"])
    assert [GOLDSRC.fields(line)["player"] for line in (came, went)] == [name, name]
    assert [GOLDSRC.fields(line)["account"] for line in (came, went)] == ["STEAM_0:1:7"] * 2


def test_bots_are_no_players() -> None:
    assert GOLDSRC.heard(f'{NOW}"Cliff<3><BOT><TERRORIST>" entered the game').occurred == ()


@pytest.mark.parametrize(
    "words",
    [
        NOW + EVE.format("Eve", "CT") + 'say "{}"',
        NOW + EVE.format("Eve", "CT") + 'say_team "{}" (dead)',
        "*DEAD* Eve : {}",
        "(TEAM) Eve : {}",
    ],
)
@pytest.mark.parametrize(
    "said",
    [
        '"Bob<3><STEAM_0:1:8><CT>" disconnected',
        '"Bob<3><STEAM_0:1:8><>" entered the game',
        "Connection to Steam servers successful.",
        'Started map "x" (CRC "1")',
        'Server say "hi"',
    ],
)
def test_what_players_say_is_chat_and_nothing_else(words: str, said: str) -> None:
    assert GOLDSRC.is_only_chat(words.format(said))


def test_a_name_that_begins_as_the_log_does_is_no_join_of_another() -> None:
    """The console prints `NAME : TEXT`, and 31 characters of a name hold the log's prefix."""
    assert GOLDSRC.is_only_chat(f'{NOW}"B : <1><STEAM_0:0:1><>" entered the game')


def test_it_is_never_asked_for_what_a_player_can_have_printed() -> None:
    assert (GOLDSRC.pack.probe, GOLDSRC.pack.polls) == (None, {})
    assert GOLDSRC.heard(STATUS).occurred == ()


def test_it_may_not_be_stopped_by_a_command() -> None:
    with pytest.raises(CommandRefused):
        check_command("quit", GOLDSRC.pack)
