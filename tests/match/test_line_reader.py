"""A line is read as the server's pack reads it."""

from __future__ import annotations

import pytest

from automaton.core.events import Source
from automaton.core.happening import Heard
from automaton.match.line_reader import ConsoleFormat, LineReader

JOIN = r"^(?P<player>\w{1,16}) joined the game$"
CHAT = r"^<(?P<player>[^>]+)> (?P<text>.*)$"
LAG = "^Can't keep up!"
MINECRAFT = ConsoleFormat(prefix=r"^\[[\d:]+ (?P<level>\w+)\]: ", chat=(CHAT,), events={"player.join": JOIN})


def hearing() -> LineReader:
    return LineReader([LAG, "joined"], {"minecraft": MINECRAFT})


def test_a_pattern_sees_the_line_without_the_prefix_whose_groups_stay() -> None:
    heard = hearing().hear("[12:00:00 WARN]: Can't keep up! Is it slow", Source.GAME, "minecraft")

    assert heard == Heard(
        text="Can't keep up! Is it slow",
        whole="[12:00:00 WARN]: Can't keep up! Is it slow",
        source=Source.GAME,
        fields={"level": "WARN"},
        patterns=frozenset({LAG}),
    )


def test_an_event_of_the_pack_has_the_groups_of_its_pattern() -> None:
    heard = hearing().hear("[12:00:00 INFO]: Steve joined the game", Source.GAME, "minecraft")

    assert [(name, fields["player"], fields["level"]) for name, fields in heard.occurred] == [
        ("player.join", "Steve", "INFO")
    ]


def test_the_fields_of_an_event_are_all_there_whenever_they_are_read() -> None:
    text = "[12:00:00 INFO]: Steve joined the game"
    ((_, fields),) = hearing().hear(text, Source.GAME, "minecraft").occurred

    assert fields == {"level": "INFO", "player": "Steve", "line": text}
    assert (len(fields), sorted(fields)) == (3, ["level", "line", "player"])
    assert fields.get("nothing") is None


def test_a_group_of_an_event_stands_before_one_of_the_prefix_and_the_line_before_both() -> None:
    voice = ConsoleFormat(prefix=r"^(?P<who>a)(?P<line>b) ", events={"ready": r"^(?P<who>c)"})
    ((_, fields),) = LineReader([], {"own": voice}).hear("ab c", Source.GAME, "own").occurred

    assert fields == {"who": "c", "line": "ab c"}


@pytest.mark.parametrize("words", ["Notch joined the game", "Can't keep up!"])
def test_what_a_player_says_is_chat_and_no_other_event(words: str) -> None:
    line = f"[12:00:00 INFO]: <Eve> {words}"

    heard = hearing().hear(line, Source.GAME, "minecraft")

    assert heard.source is Source.CHAT
    assert [name for name, _ in heard.occurred] == ["chat"]


@pytest.mark.parametrize("source", [Source.DAEMON, Source.INSTALL, Source.CONTINUATION])
def test_only_the_game_speaks_as_the_pack_says(source: Source) -> None:
    text = "[12:00:00 INFO]: Steve joined the game"

    heard = hearing().hear(text, source, "minecraft")

    assert (heard.text, heard.source, heard.occurred) == (text, source, ())


def test_a_server_without_a_pack_is_heard_plainly() -> None:
    heard = hearing().hear("Steve joined the game", Source.GAME, "")

    text = "Steve joined the game"
    assert heard == Heard(text, text, Source.GAME, patterns=frozenset({JOIN, "joined"}))
