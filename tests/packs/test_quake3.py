"""The console of games on the engine of Quake III."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

QUAKE3 = Ear("quake3")
ARENA = r"\t\0\model\sarge\hmodel\sarge\g_redteam\\g_blueteam\\c1\4\c2\5\hc\100\w\0\l\0{}\tt\0\tl\0"
TERROR = r"\t\1\r\0\tl\0\f0\\f1\\f2\\a0\0\a1\0\a2\0"
TERRITORY = r"\t\3\c\0\lc\0\r\0\m\0000000\s\0000000\dn\-1"


@pytest.mark.parametrize("egg", ["ET Legacy", "OpenArena", "Urban Terror"])
def test_its_servers_are_found_by_their_egg(egg: str) -> None:
    assert pack_of(egg) == "quake3"


@pytest.mark.parametrize("time", ["", "  0:01 ", " 12:34.5 "])
@pytest.mark.parametrize("info", [ARENA.format(""), ARENA.format("") + r"\id\ABCDEF", TERROR, TERRITORY])
@pytest.mark.parametrize("name", ["Eve", "E v e", "say: Eve", "[WoC]*Eve", "Ева"])
def test_one_who_comes_is_told_by_name_and_place(time: str, info: str, name: str) -> None:
    line = rf"{time}ClientUserinfoChanged: 3 n\{name}{info}"

    assert QUAKE3.events(line) == ["player.join"]
    assert (QUAKE3.fields(line)["player"], QUAKE3.fields(line)["account"]) == (name, "3")


def test_one_who_goes_is_told_by_his_place() -> None:
    assert QUAKE3.events("ClientDisconnect: 3") == ["player.leave"]
    assert QUAKE3.fields("ClientDisconnect: 3") == {"account": "3"}


def test_bots_are_no_players() -> None:
    line = r"ClientUserinfoChanged: 1 n\Sarge" + ARENA.format(r"\skill\    2.00")

    assert QUAKE3.heard(line).occurred == ()


@pytest.mark.parametrize(
    "words", ["say: Eve: {}", "say: 3 Eve: {}", "sayteam: Eve: {}", "tell: Eve to Bob: {}"]
)
@pytest.mark.parametrize(
    "said",
    ["ClientDisconnect: 4", "--- Common Initialization Complete ---", r"InitGame: \mapname\x", "map: q3dm17"],
)
def test_what_players_say_is_chat_and_nothing_else(words: str, said: str) -> None:
    assert QUAKE3.is_only_chat(words.format(said))
    assert QUAKE3.is_only_chat(f'broadcast: print "{said} connected\\n"')


def test_it_answers_with_its_map() -> None:
    assert QUAKE3.is_probed("map: q3dm17")
    assert not QUAKE3.is_probed("say: Eve: map: q3dm17")
