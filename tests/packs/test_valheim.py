"""The console of Valheim, which only speaks."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear

VALHEIM = Ear("valheim")
NOW = "01/05/2026 12:00:00: "
PREFIXES = [NOW, "[Info   : Unity Log] " + NOW, ""]
JOIN = "Got character ZDOID from {} : 3267341458:1"
LEAVE = "Destroying abandoned non persistent zdo 3267341458:3 owner 3267341458"


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Game server connected", "ready"),
        (JOIN.format("Halfdan"), "player.join"),
        ("Got character ZDOID from Half Dan : -276917612:4", "player.join"),
        (LEAVE, "player.leave"),
        ("Destroying abandoned non persistent zdo -132569154:1 owner -132569154", "player.leave"),
        ("Got character ZDOID from Halfdan : 0:0", "player.death"),
        ("Random event set:army_theelder", "raid"),
        ("Network version check, their:39, mine:40", "version.mismatch"),
        ("World saved ( 123.4ms )", "world_saved"),
        ("World save (5/5) done. Total time [100ms]", "world_saved"),
    ],
)
def test_its_events_are_read_behind_every_prefix(prefix: str, text: str, event: str) -> None:
    assert VALHEIM.events(prefix + text) == [event]


def test_who_came_is_told_with_the_account_of_the_session() -> None:
    assert VALHEIM.fields(NOW + JOIN.format("Half Dan")) == {"player": "Half Dan", "account": "3267341458"}


def test_who_is_refused_has_neither_come_nor_gone() -> None:
    lines = [
        JOIN.format("Halfdan"),
        "Got connection SteamID 76561198000000002",
        "Got handshake from client 76561198000000002",
        "Network version check, their:39, mine:40",
        "Closing socket 76561198000000002",
    ]

    assert VALHEIM.players(NOW + line for line in lines) == 1


def test_who_goes_leaves_once_whatever_is_left_behind() -> None:
    halfdan, astrid = "3267341458", "-276917612"
    lines = [
        "Game server connected",
        f"Got character ZDOID from Halfdan : {halfdan}:1",
        f"Got character ZDOID from Astrid : {astrid}:4",
        "Got character ZDOID from Halfdan : 0:0",
        f"Got character ZDOID from Halfdan : {halfdan}:31",
        *(
            f"Destroying abandoned non persistent zdo {halfdan}:{number} owner {halfdan}"
            for number in range(9)
        ),
        f"Destroying abandoned non persistent zdo {halfdan}:40 owner {halfdan}",
    ]

    assert VALHEIM.came_and_went(NOW + line for line in lines) == ["+Halfdan", "+Astrid", "-Halfdan"]
    assert VALHEIM.players(NOW + line for line in lines) == 1


def test_what_the_game_counts_is_believed() -> None:
    lines = [JOIN.format("Halfdan"), " Connections 2 ZDOS:130588  sent:0 recv:422"]

    assert VALHEIM.players(NOW + line for line in lines) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Got character ZDOID from Game server connected : 1:1 x",
        "Console: Game server connected",
        "Connections 0 ZDOS of Halfdan",
        "x " + LEAVE,
        "x " + JOIN.format("Halfdan"),
    ],
)
def test_words_that_only_look_like_an_event_are_none(text: str) -> None:
    assert VALHEIM.heard(NOW + text).occurred == ()


def test_nothing_can_be_typed() -> None:
    pack = VALHEIM.pack

    assert (pack.console, pack.say, pack.save, pack.probe, pack.polls) == (False, None, None, None, {})
