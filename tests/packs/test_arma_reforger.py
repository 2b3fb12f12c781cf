"""The console of Arma Reforger, which only speaks."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

REFORGER = Ear("arma-reforger")
PREFIXES = ["10:05:01.123  ", "10:05:01.123   ", "10:05:01.123 ", "  ", ""]
READY = "NETWORK      : Starting RPL server, listening on address 0.0.0.0:2001"
JOIN = "BACKEND      : Authenticated player: rplIdentity=0x00000015 identityId=33cd5666-3466 name={}"
LEAVE = "RPL          : ServerImpl event: disconnected (identity=0x00000015), group=1, reason=9"
BATTLEYE_JOIN = "DEFAULT      : BattlEye Server: 'Player #7 {} (192.0.2.1:2304) connected'"
BATTLEYE_LEAVE = "DEFAULT      : BattlEye Server: 'Player #7 {} disconnected'"


def test_its_servers_are_found_by_egg_and_start_up_line() -> None:
    assert pack_of("Arma Reforger") == "arma-reforger"
    assert pack_of("Ours", startup="./ArmaReforgerServer -config ./config.json") == "arma-reforger"


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("text", "event"),
    [
        (READY, "ready"),
        (JOIN.format("Sgt. Eve"), "player.join"),
        (LEAVE, "player.leave"),
        (BATTLEYE_JOIN.format("Sgt. Eve"), "player.join"),
        (BATTLEYE_LEAVE.format("Sgt. Eve"), "player.leave"),
    ],
)
def test_its_events_are_read_behind_every_prefix(prefix: str, text: str, event: str) -> None:
    assert REFORGER.events(prefix + text) == [event]


def test_a_leave_names_the_connection_or_the_player() -> None:
    assert REFORGER.fields(JOIN.format("Eve")) == {
        "player": "Eve",
        "account": "0x00000015",
        "identity": "33cd5666-3466",
    }
    assert REFORGER.fields(LEAVE) == {"account": "0x00000015"}
    assert REFORGER.fields(BATTLEYE_LEAVE.format("Eve")) == {"player": "Eve"}


def test_one_who_is_told_by_the_engine_and_by_battleye_comes_and_goes_once() -> None:
    lines = [
        JOIN.format("Eve"),
        BATTLEYE_JOIN.format("Eve"),
        BATTLEYE_JOIN.format("Alex"),
        LEAVE,
        BATTLEYE_LEAVE.format("Eve"),
        BATTLEYE_LEAVE.format("Alex"),
    ]

    assert REFORGER.came_and_went(lines) == ["+Eve", "+Alex", "-Eve", "-Alex"]
    assert REFORGER.players(lines) == 0


@pytest.mark.parametrize("name", ["Eve", "E v e", "Eve (2)", "x disconnected'", "Crowbar™"])
def test_a_name_may_be_any_text(name: str) -> None:
    lines = (JOIN, BATTLEYE_JOIN, BATTLEYE_LEAVE)

    assert {REFORGER.fields(line.format(name))["player"] for line in lines} == {name}


@pytest.mark.parametrize(
    "words",
    [
        "SCRIPT       : {}",
        "SCRIPT    (W): {}",
        "SCRIPT       : [Chat] Eve: {}",
        "SCRIPT       : INFO: KILL ENEMY: {} (playerID = 1)",
        "DEFAULT      : BattlEye Server: 'Player #7 {} - BE GUID: 039d1b495a44a3c4800aa91703c3394f'",
        "NETWORK      : ### Updating player: PlayerId=7, Name={}, rplIdentity=0x15, IdentityId=33cd5666",
    ],
)
@pytest.mark.parametrize("said", [READY, JOIN.format("Alex"), LEAVE, BATTLEYE_LEAVE.format("Alex")])
def test_players_words_and_names_are_no_event(words: str, said: str) -> None:
    heard = REFORGER.heard("10:05:01.123  " + words.format(said))

    assert [name for name, _ in heard.occurred if name != "chat"] == []


def test_the_players_are_told_with_the_statistics() -> None:
    assert REFORGER.told("12:00:00.000  DEFAULT      : FPS: 60.0, Mem: 1024 kB, Player: 12, AI: 16") == 12


def test_nothing_can_be_typed() -> None:
    pack = REFORGER.pack

    assert (pack.console, pack.say, pack.save, pack.probe, pack.polls) == (False, None, None, None, {})
