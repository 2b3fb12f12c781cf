"""The console of Conan Exiles, which only speaks."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

CONAN = Ear("conan-exiles")
NOW = "[2026.01.05-12.00.00:123][  0]"
PREFIXES = [NOW, "[2026.01.05-12.00.00:123][713]", ""]
READY = "SourceServerQueries: Started SourceServerQueries on port 27015"
JOIN = "LogNet: Join succeeded: {}#72569"
LEAVE = "LogNet: Player disconnected: {}#72569"
EVENTS = [READY, JOIN.format("Alex"), LEAVE.format("Alex"), "wine: Assertion failed at address 1 (thread 1)"]


def test_its_servers_are_found_by_egg_and_start_up_line() -> None:
    wine = "xvfb-run wine /home/container/ConanSandbox/Binaries/Win64/ConanSandboxServer-Win64-Shipping.exe"

    assert (pack_of("Conan Exiles"), pack_of("Conan Exiles Enhanced")) == ("conan-exiles",) * 2
    assert pack_of("Ours", startup=wine) == "conan-exiles"


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("text", "event"),
    [
        (READY, "ready"),
        ("Started SourceServerQueries on port 27015", "ready"),
        ("LogServer: Display: Started SourceServerQueries", "ready"),
        (JOIN.format("Eve"), "player.join"),
        (LEAVE.format("Eve"), "player.leave"),
    ],
)
def test_its_events_are_read_behind_every_prefix(prefix: str, text: str, event: str) -> None:
    assert CONAN.events(prefix + text) == [event]


def test_who_came_is_told_with_the_whole_name_of_the_account() -> None:
    assert CONAN.fields(NOW + JOIN.format("E v e#1")) == {"player": "E v e#1", "account": "E v e#1#72569"}


def test_whose_log_in_failed_has_not_gone() -> None:
    lines = [JOIN.format("Eve"), "LogNet: Player disconnected: Unknown"]

    assert CONAN.players(NOW + line for line in lines) == 1


@pytest.mark.parametrize(
    "words",
    [
        NOW + "ChatWindow: Character Eve (uid 12, player 76561190000000001) said: {}",
        NOW + "ChatWindow: Character Eve said: {}",
        NOW + "ChatWindow: {}",
        "[2026.01.05-12.00.00:123][Pippi]PippiChat: Eve said in channel [Global]: {}",
        "[2026.01.05-12.00.00:123][Pippi]PippiChat: {} said in channel [Global]: x",
        "[2026.01.05-12.00.00:123][Pippi]PippiCommand: {}",
    ],
)
@pytest.mark.parametrize("said", EVENTS)
def test_what_players_say_is_chat_and_nothing_else(words: str, said: str) -> None:
    assert CONAN.is_only_chat(words.format(said))


@pytest.mark.parametrize("name", EVENTS)
def test_a_name_that_looks_like_an_event_is_none(name: str) -> None:
    assert CONAN.events(f"{NOW}ConanSandbox: Display: Character ID 12 has name {name} and guild ID 3.") == []


@pytest.mark.parametrize(
    ("text", "players"),
    [
        ("LogServerStats: Status report. Uptime=300 Mem=1:2:3:4 CPU=6.5:26.3 Players=3 FPS=30.6:32.9", 3),
        ("LogServerStats: Sending report: exiles-stats?players=0&=30.64%3A32.92&uptime=300", 0),
    ],
)
def test_the_players_are_told_now_and_then(text: str, players: int) -> None:
    assert CONAN.told(NOW + text) == players


def test_nothing_can_be_typed() -> None:
    pack = CONAN.pack

    assert (pack.console, pack.say, pack.save, pack.probe, pack.polls) == (False, None, None, None, {})
