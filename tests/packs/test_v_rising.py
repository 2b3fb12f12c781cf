"""The console of V Rising, which only speaks."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

V_RISING = Ear("v-rising")
JOIN = (
    "User '{{Steam 1211981043}}' '76561190000000001', approvedUserIndex: 0, "
    "Character: '{}' connected as ID '0,1', Entity '327688,1'."
)
LEAVE = "User '{Steam 1211981043}' disconnected. approvedUserIndex: 0 Reason: LeftGame k_ESteam_ClosedByPeer"
READY = "[Server] Startup Completed - Disabling Scene Loading Systems"
SAVED = "PersistenceV2 - Finished Saving to 'save-data/Saves/v4/world1/AutoSave_292.save.gz'"
EVENTS = {
    "ready": READY,
    "player.join": JOIN.format("Alex"),
    "player.leave": LEAVE,
    "world_saved": SAVED,
}


def test_its_servers_are_found_by_egg_and_start_up_line() -> None:
    startup = 'WINEDLLOVERRIDES="winhttp=n,b"; xvfb-run wine ./VRisingServer.exe -address 0.0.0.0'

    assert (pack_of("V Rising"), pack_of("V Rising BepInEx")) == ("v-rising",) * 2
    assert pack_of("Ours", startup=startup) == "v-rising"


@pytest.mark.parametrize("prefix", ["", "[Info   : Unity Log] ", "[Info   :     Unity] "])
@pytest.mark.parametrize(("event", "text"), EVENTS.items())
def test_its_events_are_read_behind_every_prefix(prefix: str, event: str, text: str) -> None:
    assert V_RISING.events(prefix + text) == [event]


@pytest.mark.parametrize("name", ["Eve", "", "x' connected as ID '0,1', Entity '1,1'."])
def test_who_came_is_told_with_the_session_and_the_account(name: str) -> None:
    assert V_RISING.fields(JOIN.format(name)) == {
        "player": name,
        "account": "1211981043",
        "steam": "76561190000000001",
    }


def test_the_leave_names_the_session_that_the_join_had() -> None:
    assert V_RISING.fields(LEAVE) == {"account": "1211981043", "reason": "LeftGame k_ESteam_ClosedByPeer"}


def test_who_goes_has_the_name_with_which_they_came() -> None:
    assert V_RISING.came_and_went([JOIN.format("Eve"), LEAVE, LEAVE]) == ["+Eve", "-Eve"]


@pytest.mark.parametrize(
    "words",
    [
        "User 76561190000000001 (Character: {}) has begun its spawn fadeout!",
        "Admin Auth request from User: 76561190000000001, Character: {}",
        "[Info   :   SomeChat] {}",
        "[Message:   SomeChat] Eve: {}",
    ],
)
@pytest.mark.parametrize("said", EVENTS.values())
def test_words_that_only_look_like_an_event_are_none(words: str, said: str) -> None:
    assert V_RISING.heard(words.format(said)).occurred == ()


def test_nothing_can_be_typed() -> None:
    pack = V_RISING.pack

    assert (pack.console, pack.say, pack.save, pack.probe, pack.polls) == (False, None, None, None, {})
