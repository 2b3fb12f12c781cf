"""The console of Arma 3, which only speaks."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

ARMA = Ear("arma-3")
PREFIXES = ["12:00:00 ", " 9:00:57 ", "05.01.2026, 12:00:00 ", ""]
JOIN = "Player {} connected (id=76561190000000001)."
LEAVE = "Player {} disconnected."
EVENTS = {
    "ready": "Host identity created.",
    "player.join": JOIN.format("Alex"),
    "player.leave": LEAVE.format("Alex"),
}


def test_its_servers_are_found_by_egg_image_and_start_up_line() -> None:
    assert pack_of("Arma 3") == "arma-3"
    assert pack_of("Ours", image="ghcr.io/parkervcp/games:arma3") == "arma-3"
    assert pack_of("Ours", startup="./arma3server_x64 -par=startup_params_server.txt") == "arma-3"


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(("event", "text"), EVENTS.items())
def test_its_events_are_read_behind_every_prefix(prefix: str, event: str, text: str) -> None:
    assert ARMA.events(prefix + text) == [event]


@pytest.mark.parametrize("name", ["Eve", "E v e", "Eve (2)", "[CLAN] Eve", "x disconnected.", "Æ✨", "a: b"])
def test_one_who_comes_and_goes_is_one_join_and_one_leave_whatever_the_name(name: str) -> None:
    lines = [
        f"BattlEye Server: Player #0 {name} (192.0.2.1:2304) connected",
        f"Player {name} connecting.",
        f"BattlEye Server: Player #0 {name} - BE GUID: 0f09332d84ea4d1cd6bcd7332ae81d24",
        JOIN.format(name),
        f"BattlEye Server: Verified GUID (0f09332d84ea4d1cd6bcd7332ae81d24) of player #0 {name}",
        f"{name} uses modified data file",
        LEAVE.format(name),
        f"BattlEye Server: Player #0 {name} disconnected",
    ]

    assert [event for line in lines for event in ARMA.events("12:00:00 " + line)] == [
        "player.join",
        "player.leave",
    ]
    assert ARMA.fields("12:00:00 " + JOIN.format(name))["player"] == name


@pytest.mark.parametrize(
    "channel", ["Global", "Side", "Command", "Group", "Vehicle", "Direct", "Lobby", "Unknown"]
)
@pytest.mark.parametrize("said", EVENTS.values())
def test_what_players_say_is_chat_and_nothing_else(channel: str, said: str) -> None:
    assert ARMA.is_only_chat(f"12:00:00 BattlEye Server: ({channel}) Eve: {said}")


@pytest.mark.parametrize("said", EVENTS.values())
def test_what_an_operator_says_by_rcon_is_no_event(said: str) -> None:
    assert ARMA.events(f"12:00:00 BattlEye Server: RCon admin #0: (Global) {said}") == ["admin"]


@pytest.mark.parametrize("name", EVENTS.values())
def test_a_name_that_looks_like_an_event_is_none_where_names_stand_first(name: str) -> None:
    assert ARMA.events(f"12:00:00 {name} uses modified data file") == []
    assert ARMA.events(f"12:00:00 Player {name} connecting.") == []


def test_nothing_can_be_typed() -> None:
    pack = ARMA.pack

    assert (pack.console, pack.say, pack.save, pack.probe, pack.polls) == (False, None, None, None, {})
