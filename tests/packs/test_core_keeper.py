"""The console of Core Keeper, which only speaks."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

CORE_KEEPER = Ear("core-keeper")
READY = "Started session with info: 192.0.2.1;27015;abcdefghijklmnopqrstuvwxyz12"
JOIN = "[userid:3801603394] player {} connected islocalplayer=False"
LEAVE = "Disconnected from userid:3801603394 with reason App_Min"


def test_its_servers_are_found_by_egg_image_and_start_up_line() -> None:
    assert pack_of("Core Keeper") == "core-keeper"
    assert pack_of("Ours", image="ghcr.io/parkervcp/games:corekeeper") == "core-keeper"
    assert pack_of("Ours", startup="xvfb-run ./CoreKeeperServer -batchmode") == "core-keeper"


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (READY, "ready"),
        (JOIN.format("Eve"), "player.join"),
        ("[userid:3801603394] player Eve connected", "player.join"),
        (LEAVE, "player.leave"),
        ("Disconnected from userid: 3801603394 with reason Misc_Timeout", "player.leave"),
    ],
)
def test_its_events_are_read(line: str, event: str) -> None:
    assert CORE_KEEPER.events(line) == [event]


@pytest.mark.parametrize("name", ["Eve", "E v e", "ねこじた", "x connected y", READY, LEAVE])
def test_one_who_comes_is_one_join_whatever_the_name(name: str) -> None:
    line = JOIN.format(name)

    assert CORE_KEEPER.events(line) == ["player.join"]
    assert CORE_KEEPER.fields(line) == {"player": name, "account": "3801603394"}


def test_the_leave_names_the_number_that_the_join_had() -> None:
    assert CORE_KEEPER.fields(LEAVE) == {"account": "3801603394", "reason": "App_Min"}


def test_who_is_refused_has_neither_come_nor_gone() -> None:
    lines = [
        "Disconnected from userid:1707773013 with reason Misc_Timeout",
        "Accepted connection from 76561190000000001 with result OK awaiting authentication",
        "Connected to userid:3801603394",
        JOIN.format("Eve"),
        "Disconnected from userid:373251987 with reason AppException_Max",
        LEAVE,
        "Removed endpoint.",
    ]

    assert CORE_KEEPER.came_and_went(lines) == ["+Eve", "-Eve"]


@pytest.mark.parametrize("text", ["x " + READY, "x " + JOIN.format("Eve"), "x " + LEAVE, LEAVE + " y"])
def test_words_that_only_look_like_an_event_are_none(text: str) -> None:
    assert CORE_KEEPER.heard(text).occurred == ()


def test_nothing_can_be_typed() -> None:
    pack = CORE_KEEPER.pack

    assert (pack.console, pack.say, pack.save, pack.probe, pack.polls) == (False, None, None, None, {})
