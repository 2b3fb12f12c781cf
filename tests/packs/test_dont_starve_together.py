"""The console of Don't Starve Together, where what is typed is Lua."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from automaton.core.console.command import CommandRefused, check_command, fill_broadcast, fill_command
from automaton.core.expression import Applied
from automaton.core.truth import Value
from automaton.expr.template import parse_template
from tests.packs.ear import Ear, pack_of

DST = Ear("dont-starve-together")
NOW = "[00:01:23]: "
EVENTS = [
    "Setting breakpad minidump AppID = 322330",
    "Server registered via geo DNS in us-east-1",
    "[Error] Master Server Broadcast Error: E_ROWID_EXIST",
    "[Join Announcement] Alex",
    "[Leave Announcement] Alex",
    "Sim paused",
    "Serializing world: session/521AC329037766FE/0000000029",
    "players here: 0",
]


@dataclass
class It:
    """A match whose every group holds the same text."""

    text: str

    def read(self, name: str) -> Value:
        return Value(self.text)

    def apply(self, applied: Applied) -> Value:
        return Value(self.text)


def typed(template: str, value: str) -> str:
    return fill_command(parse_template(template), It(value), 0.0, DST.pack)


def test_its_servers_are_found_by_egg_and_start_up_line() -> None:
    startup = "cd bin64 && ./dontstarve_dedicated_server_nullrenderer_x64 -shard Master"

    assert pack_of("Don't Starve Together") == "dont-starve-together"
    assert pack_of("Ours", startup=startup) == "dont-starve-together"


def test_a_session_is_told() -> None:
    lines = [
        "Setting breakpad minidump AppID = 322330",
        "[00:00:31]: Telling Client our new session identifier: 521AC329037766FE",
        "[00:00:32]: Server registered via geo DNS in us-east-1",
        "[00:00:32]: Sim paused",
        "[00:00:33]: New incoming connection 192.0.2.1|64659 <6998879110428916125>",
        "[00:00:33]: Client authenticated: (KU_Mt-zrX8K) Eve",
        "[00:00:52]: [Join Announcement] Eve",
        "[00:01:00]: Sim unpaused",
        "[00:03:16]: [Say] (KU_Mt-zrX8K) Eve: hi",
        "[00:04:00]: [Leave Announcement] Eve",
        "[00:04:01]: Sim paused",
    ]

    assert [event for line in lines for event in DST.events(line)] == [
        "ready",
        "listed",
        "world.paused",
        "player.join",
        "world.unpaused",
        "chat",
        "player.leave",
        "world.paused",
    ]


@pytest.mark.parametrize(
    "name", ["Eve", "E v e", "猜猜我是谁", "[Leave Announcement] x", "a: b", "Sim paused"]
)
def test_one_who_comes_is_one_join_whatever_the_name(name: str) -> None:
    line = f"{NOW}[Join Announcement] {name}"

    assert DST.events(line) == ["player.join"]
    assert DST.fields(line) == {"player": name}


@pytest.mark.parametrize(
    "words",
    [
        "[Say] (KU_Mt-zrX8K) Eve: {}",
        "[Say] (OU_76561190000000001) Eve: {}",
        "[Say] (KU_Mt-zrX8K) {}: x",
        "[Whisper] (KU_Mt-zrX8K) Eve: {}",
        "[Emote] {}",
        "[Announcement] {}",
        "[Death Announcement] {} was killed by Hound. She became a spooky ghost!",
        "[Resurrect Announcement] Eve was resurrected by {}.",
        "[Roll Announcement] (KU_Mt-zrX8K) {} 5 (1-100)",
        "[Skin Announcement] {} received a gift",
    ],
)
@pytest.mark.parametrize("said", EVENTS)
def test_what_players_say_is_chat_and_nothing_else(words: str, said: str) -> None:
    assert DST.is_only_chat(NOW + words.format(said))


@pytest.mark.parametrize("said", EVENTS)
def test_what_is_typed_is_a_command_and_no_event(said: str) -> None:
    assert DST.events(f'{NOW}RemoteCommandInput: "{said}"') == ["command"]


def test_a_save_and_a_count_are_answered() -> None:
    assert DST.is_saved(NOW + "Serializing world: session/521AC329037766FE/0000000029")
    assert DST.is_probed(NOW + "players here: 3 ")
    assert DST.told(NOW + "players here: 3 ") == 3
    assert not DST.is_probed(f'{NOW}RemoteCommandInput: "print("players here:", #GetPlayerClientTable())"')


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("Grüße, 猜!", 'c_announce ("Grüße, 猜!")'),
        ('") os.exit() --', 'c_announce (") os.exit() --")'),
        ("a\\", 'c_announce ("a")'),
        ("x; c_shutdown()", 'c_announce ("x c_shutdown()")'),
    ],
)
def test_what_is_said_stays_in_its_string(said: str, line: str) -> None:
    assert fill_broadcast(parse_template("${it.text}"), It(said), 0.0, DST.pack) == line
    assert typed('c_announce ("${it.text}")', said) == line


@pytest.mark.parametrize("template", ["c_announce ${it.text}", "print ${it.text}", "x = ${it.player}"])
@pytest.mark.parametrize("value", ["os.exit()", "{} os.exit()", "1 y=2"])
def test_no_value_becomes_lua(template: str, value: str) -> None:
    with pytest.raises(CommandRefused):
        typed(template, value)


@pytest.mark.parametrize(
    "command",
    ["c_shutdown()", "c_shutdown(true)", "x=1; c_shutdown(false)", "C_Shutdown ( )", "c_regenerateworld()"],
)
def test_it_may_not_be_stopped_by_a_command(command: str) -> None:
    with pytest.raises(CommandRefused):
        check_command(command, DST.pack)
