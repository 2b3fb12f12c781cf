"""The consoles of Project Zomboid, builds 41 and 42."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear

ZOMBOID = Ear("zomboid")
BUILD_41 = "LOG  : Network     , 1732903690678> 21,508,632> "
BUILD_42 = "LOG  : Multiplayer  f:2277, t:1732903690678, st:2,023,026> "
CONNECTION = (
    'ConnectionManager: [{}] "{}" connection: guid=1139410826453420400 ip=192.0.2.1'
    ' steam-id={} access= username="{}" connection-type="UDPRakNet"'
)
ACCOUNT = "76561190000000001"


@pytest.mark.parametrize("name", ["Eve", "E v e", '" 1 access="', "煜"])
def test_who_comes_and_goes_is_told_once_though_it_is_printed_twice(name: str) -> None:
    lines = [
        "[05-01-26 12:00:00.123] > " + CONNECTION.format("receive-packet", "client-connect", ACCOUNT, name),
        "[05-01-26 12:00:00.123] > " + CONNECTION.format("fully-connected", "", ACCOUNT, name),
        "[05-01-26 12:00:00.123] > " + CONNECTION.format("disconnect", "receive-disconnect", ACCOUNT, name),
        f'Disconnected player "{name}" {ACCOUNT}',
    ]

    assert ZOMBOID.came_and_went(BUILD_41 + line for line in lines) == [f"+{name}", f"-{name}"]


def test_without_steam_who_comes_and_goes_is_known_by_name() -> None:
    lines = [
        CONNECTION.format("fully-connected", "", 0, "Eve"),
        CONNECTION.format("fully-connected", "", 0, "Alex"),
        'Disconnected player "Eve" 0',
    ]

    assert ZOMBOID.came_and_went(BUILD_41 + line for line in lines) == ["+Eve", "+Alex", "-Eve"]


def test_build_42_tells_a_number_alone() -> None:
    lines = [
        'connection: guid=1139410826453420400 [fully-connected] ""',
        'connection: guid=1139410826453420401 [fully-connected] ""',
        'connection: guid=1139410826453420400 [disconnect] "receive-disconnect"',
        'connection: guid=1139410826453420400 [RakNet] "disconnection-notification"',
    ]

    assert ZOMBOID.players(BUILD_42 + line for line in lines) == 1


@pytest.mark.parametrize(
    "said",
    [
        "*** SERVER STARTED ****",
        f'Disconnected player "Alex" {ACCOUNT}',
        "World saved",
        "Players connected (0):",
    ],
)
@pytest.mark.parametrize(
    "words",
    [
        "New message 'ChatMessage{{chat=General, author='Eve', text='{}'}}' was sent",
        "New message 'ServerChatMessage{{chat=Server, author='Server', text='{}'}}' was sent",
        "Got message:ChatMessage{{chat=Local, author='Eve', text='{}'}}",
    ],
)
def test_words_of_people_are_words_and_nothing_else(words: str, said: str) -> None:
    assert ZOMBOID.is_only_words(BUILD_41 + words.format(said))


@pytest.mark.parametrize("prefix", [BUILD_41, BUILD_42, ""])
def test_its_answers_are_heard(prefix: str) -> None:
    assert ZOMBOID.told(prefix + "Players connected (3):") == 3
    assert ZOMBOID.is_probed(prefix + "Players connected (0):")
    assert ZOMBOID.is_saved(prefix + "World saved")
