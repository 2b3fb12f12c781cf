"""The consoles of srcds and of Counter-Strike 2."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear

SOURCE = Ear("source")
LOG = "L 01/05/2026 - 12:00:00: "
PREFIXES = [LOG, "01/05/2026 - 12:00:00: ", "01/05/2026 - 12:00:00.123: "]
JOIN = '"{}<2><[U:1:7]><>" entered the game'
LEAVE = '"{}<2><[U:1:7]><CT>" disconnected (reason "NETWORK_DISCONNECT_DISCONNECT_BY_USER")'


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("text", "event"),
    [
        (JOIN.format("Eve"), "player.join"),
        ('"Eve<2><STEAM_1:0:123><>" entered the game', "player.join"),
        ('"Eve<2><STEAM_ID_LAN><>" entered the game', "player.join"),
        ('"Eve<2><76561198000000001><>" entered the game', "player.join"),
        (LEAVE.format("Eve"), "player.leave"),
        ('"Eve<2><STEAM_1:0:123><TERRORIST>" disconnected (reason "Disconnect by user.")', "player.leave"),
        ('"Eve<2><STEAM_1:0:123><>" disconnected', "player.leave"),
        ('"Eve<2><STEAM_1:0:123><>" disconnected (reason "Kicked: <x>")', "player.leave"),
        ('Started map "de_dust2" (CRC "-1352213912")', "map.started"),
    ],
)
def test_its_log_is_read_behind_every_prefix(prefix: str, text: str, event: str) -> None:
    assert SOURCE.events(prefix + text) == [event]


@pytest.mark.parametrize(
    "line",
    ["Connection to Steam servers successful.", "SV:  Connection to Steam servers successful."],
)
def test_it_is_ready_when_steam_knows_it(line: str) -> None:
    assert SOURCE.events(line) == ["ready"]


@pytest.mark.parametrize(
    "name", ["Eve", "E v e", 'E"v"e', "<Eve>", "Eve<3>", "a<1><b><c>", "Æ✨", "x joined"]
)
def test_a_name_may_be_any_text(name: str) -> None:
    fields = SOURCE.fields(LOG + JOIN.format(name))

    assert (fields["player"], fields["account"]) == (name, "[U:1:7]")


@pytest.mark.parametrize(
    "name", ['x<1>" say "', 'x<1>" say "hi"', 'x<1><[U:1:1]><CT>" say_team "', '"', "x" * 40]
)
def test_no_name_hides_that_somebody_came_or_went(name: str) -> None:
    assert SOURCE.events(LOG + JOIN.format(name)) == ["player.join"]
    assert SOURCE.events(LOG + LEAVE.format(name)) == ["player.leave"]
    assert SOURCE.fields(LOG + JOIN.format(name))["player"] == name


def test_joins_and_leaves_are_counted_and_bots_are_not() -> None:
    lines = [
        JOIN.format("Eve"),
        '"Ringo<3><BOT><>" entered the game',
        '"Bob<4><[U:1:8]><>" entered the game',
        '"Ringo<3><BOT><CT>" disconnected (reason "Kicked by Console")',
        '"Bob<4><[U:1:8]><CT>" disconnected (reason "x")',
    ]

    assert SOURCE.players(LOG + line for line in lines) == 1


@pytest.mark.parametrize(
    "words",
    [
        LOG + '"Eve<2><[U:1:7]><CT>" say "{}"',
        LOG + '"Eve<2><[U:1:7]><CT>" say "{}" (dead)',
        LOG + '"Eve<2><[U:1:7]><CT>" say_team "{}"',
        LOG + '"Console<0><Console><Console>" say "{}"',
        LOG + '"Console<0>" say "{}"',
        "[All Chat][Eve (7)]: {}",
        "[Allies Chat][Eve (7)]: {}",
        "*DEAD* Eve: {}",
        "*DEAD*(TEAM) Eve: {}",
        "(TEAM) Eve: {}",
        "(Counter-Terrorist) Eve: {}",
        '"A: {}',
    ],
)
@pytest.mark.parametrize(
    "said",
    [
        "SV:  Connection to Steam servers successful.",
        JOIN.format("Notch"),
        LEAVE.format("Notch"),
        "players : 0 humans, 0 bots (12 max)",
        "Segmentation fault",
    ],
)
def test_words_of_people_are_words_and_nothing_else(words: str, said: str) -> None:
    line = words.format(said)

    assert SOURCE.is_only_words(line)


@pytest.mark.parametrize(
    "line",
    [
        # The console of Source has a name and a colon before what is said
        "Eve: Connection to Steam servers successful.",
        "Eve: " + JOIN.format("Notch"),
        '"A<5: b><[U:1:5]><>" entered the game',
        '"A<: b<3><[U:1:7]><>" entered the game',
        '"A<: b<3><[U:1:7]><>" disconnected',
        '"A<: b<3><[U:1:7]><>" disconnected (reason "x: y")',
        "players: 0 humans, 0 bots (12 max)",
        "players:  0 active (12 max)",
        LOG + '"Eve<2><[U:1:7]><>" connected, address "1.2.3.4:5"',
        LOG + '"Eve<2><[U:1:7]><CT>" changed name to "x<2><[U:1:7]><>" entered the game"',
        LOG + '"Eve<2><[U:1:7]><CT>" disconnected (reason "x") entered',
        '# 2 1 "players : 0 humans, 0 bots (" [U:1:7] 05:00 50 0 active',
    ],
)
def test_words_that_only_look_like_an_event_are_none(line: str) -> None:
    assert [name for name, _ in SOURCE.heard(line).occurred if name not in ("chat", "admin")] == []


@pytest.mark.parametrize(
    ("answer", "players"),
    [
        ("players : 0 humans, 0 bots (24 max)", 0),
        ("players : 3 humans, 1 bots (12 max) (not hibernating) (unreserved)", 3),
        ("players  : 10 humans, 0 bots (0 max) (not hibernating) (unreserved)", 10),
    ],
)
def test_its_status_is_read(answer: str, players: int) -> None:
    assert SOURCE.told(answer) == players
    assert SOURCE.is_probed(answer)


def test_it_has_nothing_to_save() -> None:
    assert SOURCE.pack.save is None
