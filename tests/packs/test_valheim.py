"""The console of Valheim, which only speaks."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear

VALHEIM = Ear("valheim")
NOW = "01/05/2026 12:00:00: "
PREFIXES = [NOW, "[Info   : Unity Log] " + NOW, ""]
STEAM_JOIN, STEAM_LEAVE = "Got connection SteamID 76561198000000001", "Closing socket 76561198000000001"
CROSSPLAY_JOIN = 'Player joined server "Ours" that has join code 183427, now 2 player(s)'
CROSSPLAY_LEAVE = 'Player connection lost server "Ours" that has join code 183427, now 1 player(s)'


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Game server connected", "ready"),
        (STEAM_JOIN, "player.join"),
        (CROSSPLAY_JOIN, "player.join"),
        (STEAM_LEAVE, "player.leave"),
        (CROSSPLAY_LEAVE, "player.leave"),
        ("Got character ZDOID from Halfdan : 3267341458:1", "player.spawn"),
        ("Got character ZDOID from Half Dan : -276917612:4", "player.spawn"),
        ("Got character ZDOID from Halfdan : 0:0", "player.death"),
        ("Random event set:army_theelder", "raid"),
        ("Network version check, their:39, mine:40", "version.mismatch"),
        ("World saved ( 123.4ms )", "world_saved"),
        ("World save (5/5) done. Total time [100ms]", "world_saved"),
    ],
)
def test_its_events_are_read_behind_every_prefix(prefix: str, text: str, event: str) -> None:
    assert VALHEIM.events(prefix + text) == [event]


def test_who_dies_and_comes_back_has_not_come_twice() -> None:
    lines = [
        STEAM_JOIN,
        "Got handshake from client 76561198000000001",
        "Got character ZDOID from Halfdan : 326734:1",
        "Got character ZDOID from Halfdan : 0:0",
        "Got character ZDOID from Halfdan : 326734:44",
    ]

    assert VALHEIM.players(NOW + line for line in lines) == 1
    assert VALHEIM.players(NOW + line for line in [*lines, STEAM_LEAVE]) == 0


def test_crossplay_is_counted_too() -> None:
    lines = [
        CROSSPLAY_JOIN,
        "PlayFab socket with remote ID playfab/7BF1 received local Platform ID Steam_76561198000000001",
        CROSSPLAY_JOIN,
        CROSSPLAY_LEAVE,
    ]

    assert VALHEIM.players(NOW + line for line in lines) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Got character ZDOID from Game server connected : 1:1 x",
        "Console: Game server connected",
        "Got connection SteamID 7656",
        "x Got connection SteamID 76561198000000001",
    ],
)
def test_words_that_only_look_like_an_event_are_none(text: str) -> None:
    assert VALHEIM.heard(NOW + text).occurred == ()


def test_nothing_can_be_typed() -> None:
    pack = VALHEIM.pack

    assert (pack.console, pack.say, pack.save, pack.probe, pack.polls) == (False, None, None, None, {})
