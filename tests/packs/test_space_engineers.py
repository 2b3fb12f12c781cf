"""The console of Space Engineers, plain and with Torch, which only speaks."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

SPACE = Ear("space-engineers")
PLAIN = "2026-01-05 12:00:00.123: "
TORCH = "12:00:00.1234 [INFO]   Keen: "
EVENTS = {
    "ready": "Game ready...",
    "player.join": "World request received: Alex",
    "player.leave": "User left Alex",
}


def test_its_servers_are_found_by_egg_and_start_up_line() -> None:
    eggs = ["Space Engineers", "Space Engineers - Torch Server", "Space Engineers Torch"]

    assert {pack_of(egg) for egg in eggs} == {"space-engineers"}
    assert pack_of("Ours", startup="wine SpaceEngineersDedicated.exe -console") == "space-engineers"
    assert pack_of("Ours", startup="wine /home/container/Torch.Server.exe -nogui") == "space-engineers"
    assert pack_of("Space Engineers 2") != "space-engineers"


@pytest.mark.parametrize("prefix", [PLAIN, TORCH, ""])
@pytest.mark.parametrize(("event", "text"), EVENTS.items())
def test_its_events_are_read_behind_every_prefix(prefix: str, event: str, text: str) -> None:
    assert SPACE.events(prefix + text) == [event]


@pytest.mark.parametrize("name", ["Eve", "E v e", "User left x", "Æ✨", "Keen: x"])
def test_a_name_may_be_any_text(name: str) -> None:
    assert SPACE.fields(f"{PLAIN}World request received: {name}") == {"player": name}
    assert SPACE.fields(f"{PLAIN}User left {name}") == {"player": name}


def test_who_never_got_the_world_has_not_gone() -> None:
    lines = [
        "OnConnectedClient Eve attempt",
        "World request received: Eve",
        "User left Eve",
        "Peer2Peer_ConnectionFailed 76561190000000002, Timeout",
        "User left 76561190000000002",
    ]

    assert SPACE.came_and_went(PLAIN + line for line in lines) == ["+Eve", "-Eve"]


@pytest.mark.parametrize(
    "words",
    [
        "12:00:00.1234 [INFO] Chat: [Global:0] Eve: {}",
        "12:00:00.1234 [INFO]   Chat: [Private:76561190000000001] Eve: {}",
        "12:00:00.1234 [INFO] Chat: {}",
        "[12:00:00] [CHAT] <Eve> {}",
        "[12:00:00] [CHAT] {}",
    ],
)
@pytest.mark.parametrize("said", EVENTS.values())
def test_what_players_say_is_chat_and_nothing_else(words: str, said: str) -> None:
    assert SPACE.is_only_chat(words.format(said))


@pytest.mark.parametrize(
    "words", ["12:00:00.1234 [INFO]   SomePlugin: {}", PLAIN + "OnConnectedClient {} attempt"]
)
@pytest.mark.parametrize("said", EVENTS.values())
def test_words_that_only_look_like_an_event_are_none(words: str, said: str) -> None:
    assert SPACE.heard(words.format(said)).occurred == ()


def test_nothing_can_be_typed() -> None:
    pack = SPACE.pack

    assert (pack.console, pack.say, pack.save, pack.probe, pack.polls) == (False, None, None, None, {})
