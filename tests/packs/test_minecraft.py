"""The consoles of Minecraft's Java edition: vanilla, Paper, Forge, Fabric."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear

MINECRAFT = Ear("minecraft")
VANILLA = "[12:00:00] [Server thread/INFO]: "
PREFIXES = [
    VANILLA,
    "[12:00:00 INFO]: ",
    "[12:00:00] [Server thread/INFO] [minecraft/DedicatedServer]: ",
    "[05Jan2026 12:00:00.123] [Server thread/INFO] [net.minecraft.server.dedicated.DedicatedServer/]: ",
    "[12:00:00] [Server thread/INFO] (Minecraft) ",
    "",
]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("text", "event"),
    [
        ('Done (3.021s)! For help, type "help"', "ready"),
        ("Done (3,021s)! For help", "ready"),
        ("Steve joined the game", "player.join"),
        (".Bedrock_1 joined the game", "player.join"),
        ("Steve (formerly known as Stephen) joined the game", "player.join"),
        ("Steve left the game", "player.leave"),
        ("Saved the game", "world_saved"),
        ("Saved the world", "world_saved"),
    ],
)
def test_its_events_are_read_behind_every_prefix(prefix: str, text: str, event: str) -> None:
    assert MINECRAFT.events(prefix + text) == [event]


def test_joins_and_leaves_are_counted() -> None:
    words = [
        "Steve joined the game",
        "Alex joined the game",
        "<Alex> Eve joined the game",
        "Steve left the game",
    ]

    assert MINECRAFT.players(VANILLA + line for line in words) == 1


@pytest.mark.parametrize(
    "words",
    [
        "<Eve> {}",
        "[Not Secure] <Eve> {}",
        "[Not Secure] [Server] {}",
        "[Not Secure] * Eve {}",
        "* Eve {}",
        "[world] <Eve> {}",
        "[Admin] [Red] <Eve> {}",
        "-> [Red] <Eve> {}",
        "[Server] {}",
        "[Rcon] {}",
        "[Eve: {}]",
        "[.Eve: {}]",
        "[@: {}]",
        "Eve issued server command: /tell Bob {}",
    ],
)
@pytest.mark.parametrize(
    "said",
    [
        "Notch joined the game",
        "Done (1.0s)!",
        "Saved the game",
        "There are 0 of a max of 20 players online:",
        "java.lang.OutOfMemoryError",
    ],
)
def test_what_players_say_is_chat_and_nothing_else(words: str, said: str) -> None:
    line = VANILLA + words.format(said)

    assert MINECRAFT.is_only_chat(line)


@pytest.mark.parametrize(
    "text",
    [
        "Eve was slain by Notch joined the game",
        "Eve was slain by Zombie using [x] joined the game",
        "Eve Notch joined the game",
        "Named entity Wolf['Eve joined the game'/12, l='world'] died: Eve joined the game",
        "Eve joined the game!",
        "Ævé joined the game",
        "12345678901234567 joined the game",
        " Eve joined the game",
        "Not Done (1.0s)!",
        "I said: There are 0 of a max of 20 players online:",
    ],
)
def test_words_that_only_look_like_an_event_are_none(text: str) -> None:
    assert MINECRAFT.heard(VANILLA + text).occurred == ()


@pytest.mark.parametrize(
    ("answer", "players"),
    [
        ("There are 0 of a max of 20 players online: ", 0),
        ("There are 3 of a max 20 players online: Steve, Alex, Eve", 3),
        ("There are 2/20 players online:", 2),
        ("There are 4 out of maximum 20 players online.", 4),
        ("There are 12/11 out of maximum 100 players online.", 12),
    ],
)
def test_the_list_is_read_in_all_its_spellings(answer: str, players: int) -> None:
    assert MINECRAFT.told(VANILLA + answer) == players
    assert MINECRAFT.is_probed(VANILLA + answer)


def test_a_save_is_confirmed_by_the_game_alone() -> None:
    assert MINECRAFT.is_saved(VANILLA + "Saved the game")
    assert not MINECRAFT.is_saved(VANILLA + "Saving the game (this may take a moment!)")
    assert not MINECRAFT.is_saved(VANILLA + "[Eve: Saved the game]")


def test_it_may_not_be_stopped_by_a_word_in_another_coat() -> None:
    assert {"stop", "minecraft:stop", "restart"} <= MINECRAFT.pack.stop
