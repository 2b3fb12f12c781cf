"""The console of Teeworlds and DDNet."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

TEEWORLDS = Ear("teeworlds")
OLD, NEW = "[2026-01-05 12:00:00][{}]: ", "2026-01-05 12:00:00 I {}: "
NAMES = ["Eve", "nameless tee", "'", "x' team=0", "Ева"]


@pytest.mark.parametrize("egg", ["Teeworlds", "DDRaceNetwork", "DDNet"])
def test_its_servers_are_found_by_their_egg(egg: str) -> None:
    assert pack_of(egg) == "teeworlds"


@pytest.mark.parametrize("prefix", [OLD, NEW, "[5f1e2c3d][{}]: "])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("part", "text", "event"),
    [
        ("game", "team_join player='0:{}' m_Team=0", "player.join"),
        ("game", "team_join player='0:{}' team=0", "player.join"),
        ("chat", "*** '{}' entered and joined the game", "player.join"),
        ("game", "leave player='0:{}'", "player.leave"),
        ("chat", "*** '{}' has left the game", "player.leave"),
        ("chat", "*** '{}' has left the game (Timeout)", "player.leave"),
    ],
)
def test_who_comes_and_goes_is_told_by_name(prefix: str, part: str, text: str, event: str, name: str) -> None:
    line = prefix.format(part) + text.format(name)

    assert TEEWORLDS.events(line) == [event]
    assert TEEWORLDS.fields(line)["player"] == name


@pytest.mark.parametrize("prefix", [OLD, NEW])
@pytest.mark.parametrize(
    "words",
    [
        ("chat", "0:-2:Eve: {}"),
        ("teamchat", "0:1:Eve: {}"),
        ("chat", "*** 'Eve' changed name to '{}'"),
        ("chat", "*** 'Eve' called vote to kick 'Bob' ({})"),
        ("chat", "*** 'Eve' called for vote to change option 'x' ({})"),
    ],
)
@pytest.mark.parametrize(
    "said",
    [
        "*** 'Bob' has left the game",
        "x' has left the game",
        "x' has left the game (",
        "x' entered and joined the game",
        "game: leave player='1:Bob'",
        "[game]: leave player='1:Bob'",
        "server: version 0.6",
    ],
)
def test_what_players_say_is_chat_and_nothing_else(prefix: str, words: tuple[str, str], said: str) -> None:
    part, text = words

    assert TEEWORLDS.is_only_chat(prefix.format(part) + text.format(said))
