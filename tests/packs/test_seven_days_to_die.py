"""The console of 7 Days to Die, a telnet session with it."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear

SEVEN_DAYS = Ear("seven-days-to-die")
NOW = "2026-01-05T12:00:00 123.456 INF "
PLAYER = (
    "EntityID={}, PltfmId='Steam_{}', CrossId='EOS_0002', OwnerID='Steam_{}', PlayerName='{}',"
    " ClientNumber='1'"
)


def player(name: str, account: str = "76561190000000001", entity: str = "171") -> str:
    return PLAYER.format(entity, account, account, name)


@pytest.mark.parametrize("name", ["Eve", "O'Eve", "E', PlayerName='v", "GMSG: Player 'x' died", "煜"])
def test_who_comes_and_goes_is_told_once_and_one_who_dies_stays(name: str) -> None:
    spawned = f"PlayerSpawnedInWorld (reason: {{}}, position: -1280, 61, 209): {player(name)}"
    lines = [
        f"GMSG: Player '{name}' joined the game",
        spawned.format("JoinMultiplayer"),
        f"GMSG: Player '{name}' died",
        spawned.format("Died"),
        f"Player {name} disconnected after 0.4 minutes",
        f"Player disconnected: {player(name)}",
        f"GMSG: Player '{name}' left the game",
    ]

    assert SEVEN_DAYS.came_and_went(NOW + line for line in lines) == [f"+{name}", f"-{name}"]


def test_who_is_refused_has_neither_come_nor_gone() -> None:
    assert SEVEN_DAYS.came_and_went([f"{NOW}Player disconnected: {player('Eve', entity='-1')}"]) == []


@pytest.mark.parametrize(
    "said", ["StartGame done", "GMSG: Player 'Alex' died", "Day 1, 07:00", "World saved"]
)
@pytest.mark.parametrize(
    "words",
    [
        "Chat (from 'Steam_76561190000000001', entity id '171', to 'Global'): 'Eve': {}",
        "Chat (from 'Steam_76561190000000001', entity id '171', to 'Party'): {}",
        "Chat (from '-non-player-', entity id '-1', to 'Global'): 'Server': {}",
        "Chat handled by mod 'M': Chat (from 'Steam_7', entity id '171', to 'Global'): 'Eve': {}",
        "Chat: 'Eve': {}",
    ],
)
def test_words_of_people_are_words_and_nothing_else(words: str, said: str) -> None:
    assert SEVEN_DAYS.is_only_words(NOW + words.format(said))


def test_it_tells_by_itself_how_many_play() -> None:
    line = "Time: 12.34m FPS: 38.01 Heap: 1027.6MB Max: 1204.4MB Chunks: 128 CGO: 2 Ply: 2 Zom: 5 Ent: 9 (12)"

    assert SEVEN_DAYS.told(NOW + line) == 2
    assert SEVEN_DAYS.pack.polls == {}


def test_a_save_and_a_probe_are_answered() -> None:
    assert SEVEN_DAYS.is_saved("World saved")
    assert SEVEN_DAYS.is_probed("Day 7, 22:00")
