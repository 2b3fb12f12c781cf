"""The console of DayZ, which only speaks."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

DAYZ = Ear("dayz")
PREFIXES = ["12:00:00 ", " 9:05:00.341 ", "14:03:07.46 ", ""]
ACCOUNT = "VUZwoETj2mkhZSZuUxOg5T8jwr0TrB4R_pt4klUoRio="
JOIN = f"Player {{}} (id={ACCOUNT} pos=<4100.5, 7300.7, 212.2>) has connected."
LEAVE = f"[Disconnect]: Finish script disconnect 1234567890 ({ACCOUNT})"
EVENTS = {
    "ready": "Mission read.",
    "player.join": JOIN.format("Alex"),
    "player.leave": LEAVE,
}


def test_its_servers_are_found_by_egg_image_and_start_up_line() -> None:
    assert (pack_of("DayZ"), pack_of("DayZ (Experimental)")) == ("dayz",) * 2
    assert pack_of("Ours", image="ghcr.io/parkervcp/games:dayz") == "dayz"
    assert pack_of("Ours", startup="./DayZServer -port=2302 -profiles=profiles") == "dayz"


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(("event", "text"), EVENTS.items())
def test_its_events_are_read_behind_every_prefix(prefix: str, event: str, text: str) -> None:
    assert DAYZ.events(prefix + text) == [event]


@pytest.mark.parametrize("name", ["Eve", "E v e", "Eve (2)", "Survivor", "x (id=1) has connected.", "Æ✨"])
def test_one_who_comes_is_one_join_whatever_the_name(name: str) -> None:
    lines = [
        f"[StateMachine]: Player {name} (dpnid 1234567890 uid ) Entering AuthPlayerLoginState",
        f"Player {name} (id={ACCOUNT}) connecting",
        f"[Login]: Adding player {name} (1234567890) to login queue at position 0",
        JOIN.format(name),
    ]

    assert [event for line in lines for event in DAYZ.events("12:00:00 " + line)] == ["player.join"]
    assert DAYZ.fields("12:00:00 " + JOIN.format(name)) == {"player": name, "account": ACCOUNT}


def test_who_goes_is_told_once_by_the_account() -> None:
    lines = [
        "[Disconnect]: Start script disconnect 1234567890 (dbCharacterId 3 dbPlayerId 3) logoutTime 15",
        LEAVE,
        "[Disconnect]: DisconnectPlayerFinish 1234567890",
        "[Disconnect]: Remove player info 1234567890",
        "[Disconnect]: Player destroy 1234567890",
    ]

    assert [event for line in lines for event in DAYZ.events("12:00:00 " + line)] == ["player.leave"]
    assert DAYZ.fields(LEAVE) == {"account": ACCOUNT}


def test_one_who_dies_and_comes_to_life_again_has_come_once() -> None:
    lines = [JOIN.format("Eve"), JOIN.format("Eve"), JOIN.format("Eve"), LEAVE, LEAVE]

    assert DAYZ.came_and_went("12:00:00 " + line for line in lines) == ["+Eve", "-Eve"]


@pytest.mark.parametrize(
    "words",
    [
        "BattlEye Server: (Global) Eve: {}",
        "(Direct) Eve: {}",
        "(Global) {}: x",
        'Chat("Eve"(id=AAAA)): {}',
        'Chat("{}"(id=AAAA)): x',
    ],
)
@pytest.mark.parametrize("said", EVENTS.values())
def test_what_players_say_is_chat_and_nothing_else(words: str, said: str) -> None:
    assert DAYZ.is_only_chat("12:00:00 " + words.format(said))


def test_nothing_can_be_typed() -> None:
    pack = DAYZ.pack

    assert (pack.console, pack.say, pack.save, pack.probe, pack.polls) == (False, None, None, None, {})
