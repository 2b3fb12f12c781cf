"""What games on Unreal Engine print in the engine's own words."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

UNREAL = Ear("unreal")
NOW = "[2026.01.05-12.00.00:435][324]"
READY = "LogInit: Display: Engine is initialized. Leaving FEngineLoop::Init()"
LOGIN = "LogNet: Login request: {} userId: {} platform: STEAM"
CLOSE = (
    "LogNet: UChannel::Close: Sending CloseBunch. ChIndex == {}. Name: [UChannel] ChIndex: 0, Closing: 0 "
    "[UNetConnection] RemoteAddr: 192.0.2.1:5000, Name: IpConnection_2147482000, Driver: GameNetDriver "
    "IpNetDriver_2147482500, IsServer: YES, PC: PlayerController_1, Owner: PlayerController_1, UniqueId: {}"
)
EVE = "STEAM:UNKNOWN [0x110000100000001]"


@pytest.mark.parametrize(
    "egg", ["Mordhau", "Mordhau Wine", "Dead Matter", "VEIN", "Night Of The Dead", "The Front"]
)
def test_its_servers_are_found_by_their_egg(egg: str) -> None:
    assert pack_of(egg) == "unreal"


@pytest.mark.parametrize(
    "options", ["?Name={}", "?Name={}??GameVersion=0.12", "?Password=?GameVersion=1?Name={}"]
)
@pytest.mark.parametrize("account", [EVE, "EOS:|0002beef", "RedpointEOS:0002beef", "NULL:Eve-0A1B"])
def test_one_who_comes_is_told_by_name_and_the_account_that_the_close_has(options: str, account: str) -> None:
    came, went = LOGIN.format(options.format("Eve"), account), CLOSE.format(0, account)

    assert (UNREAL.events(NOW + came), UNREAL.events(NOW + went)) == (["player.join"], ["player.leave"])
    assert UNREAL.fields(NOW + came)["player"] == "Eve"
    assert [UNREAL.fields(NOW + line)["account"] for line in (came, went)] == [account, account]


def test_a_name_with_an_account_in_it_is_not_another() -> None:
    line = LOGIN.format("?Name=x userId: STEAM:UNKNOWN [0x2] platform: STEAM", EVE)

    assert UNREAL.fields(NOW + line)["account"] == EVE


def test_other_channels_of_a_connection_close_without_a_leave() -> None:
    assert UNREAL.heard(NOW + CLOSE.format(7, EVE)).occurred == ()


@pytest.mark.parametrize(
    "words", ["LogChat: Eve: {}", "LogChat: Display: {}", "LogGameChat: Eve: {}", "CHAT LOG: {}"]
)
@pytest.mark.parametrize("said", [READY, LOGIN.format("?Name=Bob", EVE), CLOSE.format(0, EVE)])
def test_what_players_say_is_chat_and_nothing_else(words: str, said: str) -> None:
    assert UNREAL.is_only_chat(NOW + words.format(said))


def test_it_is_ready_when_the_engine_is() -> None:
    assert UNREAL.events(NOW + READY) == ["ready"]
    assert UNREAL.heard(f"{NOW}LogNet: Join succeeded: {READY}").occurred == ()
