"""The console of Rust behind its wrapper."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear

RUST = Ear("rust")
JOIN = "1.2.3.4:5000/76561198000000001/{} joined [windows/76561198000000001]"
LEAVE = "1.2.3.4:5000/76561198000000001/{} disconnecting: disconnect"


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("Server startup complete", "ready"),
        (JOIN.format("Eve"), "player.join"),
        ("[2001:db8::1]:5000/76561198000000001/Eve joined [linux/76561198000000001]", "player.join"),
        (LEAVE.format("Eve"), "player.leave"),
        ("1.2.3.4:5000/76561198000000001/Eve disconnecting: Kicked: no reason", "player.leave"),
        ("Saved 41,234 ents, cache(0.01), write(0.01), disk(0.01).", "world_saved"),
        ("Saved 41.234 ents, cache(0,01), write(0,01), disk(0,00).", "world_saved"),
    ],
)
def test_its_events_are_read(line: str, event: str) -> None:
    assert RUST.events(line) == [event]


@pytest.mark.parametrize(
    "name",
    ["Eve", "Big Eve/the 2nd", "Eve [x]", "a joined [linux/1]", 'E"v"e', "Æ✨", "x disconnecting: y", ""],
)
def test_one_who_comes_is_one_join_whatever_the_name(name: str) -> None:
    line = JOIN.format(name or " ")

    assert RUST.events(line) == ["player.join"]
    assert RUST.fields(line)["account"] == "76561198000000001"


def test_joins_and_leaves_are_counted() -> None:
    lines = [
        "1.2.3.4:5000/76561198000000001/Eve has auth level 2",
        JOIN.format("Eve"),
        "Eve[76561198000000001] has spawned",
        "1.2.3.4:5000/76561198000000002/Bob joined [windows/76561198000000002]",
        "1.2.3.4:5000/76561198000000002/Bob disconnecting: disconnect",
    ]

    assert RUST.players(lines) == 1


@pytest.mark.parametrize(
    "words",
    [
        "[CHAT] Eve[76561198000000001] : {}",
        "[CHAT] Eve: {}",
        "[TEAM CHAT] Eve[76561198000000001] : {}",
        "[CLAN CHAT] Eve[76561198000000001] : {}",
        "[Better Chat] [Global] Eve: {}",
        '  "Message": "{}",',
        '  "Username": "{}",',
        '{{"Channel":0,"Message":"{}"}}',
    ],
)
@pytest.mark.parametrize(
    "said",
    ["Server startup complete", JOIN.format("Notch"), "players : 0 (100 max)", "NullReferenceException"],
)
def test_words_of_people_are_words_and_nothing_else(words: str, said: str) -> None:
    line = words.format(said)

    assert RUST.is_only_words(line)


@pytest.mark.parametrize(
    "line",
    [
        "Server startup complete[76561198000000001] has spawned",
        "Server startup complete[76561198000000001] was killed by Bear",
        "Bob[76561198000000002] was killed by Server startup complete[76561198000000001]",
        "1.2.3.4:5/76561198000000001/x[10/76561198000000001] was killed by y joined [10/76561198000000002]",
        "Eve joined [windows/76561198000000001]",
        "Eve[76561198000000001] disconnecting: x",
        "Saved 1 ents, cache(0), write(0), disk(0).[76561198000000001] has spawned",
        "players : 0 (100 max)[76561198000000001] has spawned",
        '76561198000000001 "players : 0 (100 max)" 50 120s 1.2.3.4:5',
    ],
)
def test_words_that_only_look_like_an_event_are_none(line: str) -> None:
    assert RUST.heard(line).occurred == ()


@pytest.mark.parametrize(
    ("line", "players"),
    [("players : 0 (100 max) (0 queued) (0 joining)", 0), ("players : 117 (200 max)", 117)],
)
def test_its_status_is_read(line: str, players: int) -> None:
    assert RUST.told(line) == players
    assert RUST.is_probed(line)


def test_a_save_is_confirmed_by_what_was_written() -> None:
    assert RUST.is_saved("Saved 34,590 ents, cache(0.01), write(0.01), disk(0.00).")


def test_a_kick_whose_reason_has_brackets_is_a_leave() -> None:
    line = "192.0.2.1:5000/76561190000000001/Eve disconnecting: Kicked: [EAC] client integrity"

    assert RUST.events(line) == ["player.leave"]
