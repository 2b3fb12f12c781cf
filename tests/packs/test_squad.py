"""The console of Squad: the engine's lines, and a few of the game's own."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

SQUAD = Ear("squad")
NOW = "[2026.01.05-12.00.00:123][456]"
EVE = "0002000000000000000000000000beef"
LOGIN = f"LogNet: Login request: ?Name={{}} userId: RedpointEOS:{EVE} platform: RedpointEOS"
CLOSE = (
    "LogNet: UChannel::Close: Sending CloseBunch. ChIndex == {}. Name: [UChannel] ChIndex: {}, Closing: 0 "
    "[UNetConnection] RemoteAddr: 192.0.2.1:5000, Name: EOSIpNetConnection_2147482000, Driver: "
    "Name:GameNetDriver Def:GameNetDriver EOSNetDriver_2147482500, IsServer: YES, PC: "
    f"BP_PlayerController_C_1, Owner: BP_PlayerController_C_1, UniqueId: RedpointEOS:{EVE}"
)


@pytest.mark.parametrize("egg", ["Squad", "Squad Wine", "Squad 44", "Post Scriptum"])
def test_its_servers_are_found_by_their_egg(egg: str) -> None:
    assert pack_of(egg) == "squad"


@pytest.mark.parametrize(
    "name", ["Eve", " [TAG] Eve", "Eve?Name=Bob", "x userId: RedpointEOS:1 platform: RedpointEOS", "Ева"]
)
def test_one_who_comes_is_told_by_name_and_account(name: str) -> None:
    fields = SQUAD.fields(NOW + LOGIN.format(name))

    assert (fields["player"], fields["account"]) == (name, EVE)


def test_one_who_goes_is_told_by_the_account() -> None:
    assert SQUAD.events(NOW + CLOSE.format(0, 0)) == ["player.leave"]
    assert SQUAD.fields(NOW + CLOSE.format(0, 0))["account"] == EVE


def test_other_channels_of_a_connection_close_without_a_leave() -> None:
    assert SQUAD.heard(NOW + CLOSE.format(3, 3)).occurred == ()


@pytest.mark.parametrize(
    "name",
    [CLOSE.format(0, 0), LOGIN.format("Bob"), "LogLoad: (Engine Initialization) Total time: 1.0 seconds"],
)
def test_a_name_is_no_event(name: str) -> None:
    assert SQUAD.heard(f"{NOW}LogNet: Join succeeded: {name}").occurred == ()


def test_what_admins_do_is_theirs_alone() -> None:
    text = "LogLoad: (Engine Initialization) Total time: 1 seconds"
    line = f"{NOW}LogSquad: ADMIN COMMAND: Message broadcasted <{text}> from Eve"

    assert SQUAD.events(line) == ["admin"]
    assert SQUAD.fields(line)["player"] == "Eve"
