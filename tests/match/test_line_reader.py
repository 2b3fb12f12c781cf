"""A line is read as the server's pack reads it."""

from __future__ import annotations

import pytest

from automaton.core.events import Source
from automaton.core.happening import Heard
from automaton.match.glob import compile_glob
from automaton.match.line_reader import PREFIXES_KEPT, ConsoleFormat, Form, LineReader

JOIN = r"^(?P<player>\w{1,16}) joined the game$"
CHAT = r"^<(?P<player>[^>]+)> (?P<text>.*)$"
LAG = "^Can't keep up!"
COMMAND = r"^(?P<player>\w+) issued server command: (?P<text>.*)$"
MINECRAFT = ConsoleFormat(
    prefix=r"^\[[\d:]+ (?P<level>\w+)\]: ",
    forms=(Form(Source.COMMAND, COMMAND), Form(Source.CHAT, CHAT)),
    events=(("player.join", JOIN),),
)


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
    voice = ConsoleFormat(prefix=r"^(?P<who>a)(?P<line>b) ", events=(("ready", r"^(?P<who>c)"),))
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
    assert heard == Heard(text, text, Source.GAME, patterns=frozenset({"joined"}))


def test_a_players_command_is_neither_chat_nor_output_and_has_its_fields() -> None:
    heard = hearing().hear("[12:00:00 INFO]: Eve issued server command: /op", Source.GAME, "minecraft")

    assert heard.source is Source.COMMAND
    assert [(name, one["player"], one["text"]) for name, one in heard.occurred] == [("command", "Eve", "/op")]


def test_words_are_told_by_a_group_of_the_prefix_whatever_they_look_like() -> None:
    by_thread = Form(Source.CHAT, prefix=(("thread", compile_glob("Async Chat Thread*")),))
    known = ConsoleFormat(
        prefix=r"^\[(?P<thread>[^/\]]+)\]: ", forms=(by_thread,), events=(("ready", "^Done"),)
    )
    reader = LineReader([], {"own": known})

    said = reader.hear("[Async Chat Thread - #3]: Done", Source.GAME, "own")
    silent = reader.hear("[Async Chat Thread - #3]: whatever form", Source.GAME, "own")
    printed = reader.hear("[Server thread]: Done", Source.GAME, "own")

    assert [one.source for one in (said, silent, printed)] == [Source.CHAT, Source.CHAT, Source.GAME]
    assert [[name for name, _ in one.occurred] for one in (said, silent, printed)] == [
        ["chat"],
        ["chat"],
        ["ready"],
    ]
    assert silent.occurred[0][1]["thread"] == "Async Chat Thread - #3"


def test_a_prefix_is_judged_alike_however_many_came_before() -> None:
    by_thread = Form(Source.CHAT, prefix=(("thread", compile_glob("Chat*")),))
    known = ConsoleFormat(prefix=r"^\[(?P<thread>[^/\]]+)\]: ", forms=(by_thread,))
    reader = LineReader([], {"own": known})

    heard = [
        reader.hear(f"[{thread} {number}]: a", Source.GAME, "own").source
        for _ in range(2)
        for number in range(PREFIXES_KEPT)
        for thread in ("Chat", "Main")
    ]

    assert heard == [Source.CHAT, Source.GAME] * (2 * PREFIXES_KEPT)


def test_of_several_patterns_of_an_event_the_first_that_matches_counts_once() -> None:
    events = (("lag", r"^(?P<ms>\d+)ms late"), ("lag", "late"))
    reader = LineReader([], {"own": ConsoleFormat(events=events)})

    ((name, fields),) = reader.hear("20ms late", Source.GAME, "own").occurred
    ((other, _),) = reader.hear("too late", Source.GAME, "own").occurred

    assert (name, fields["ms"], other) == ("lag", "20", "lag")


def test_a_line_is_looked_for_in_the_patterns_of_its_own_pack_alone() -> None:
    formats = {"a": ConsoleFormat(events=(("ready", "up"),)), "b": ConsoleFormat(events=(("ready", "on"),))}
    reader = LineReader(["on"], formats)

    assert reader.hear("up and on", Source.GAME, "a").patterns == {"up", "on"}
    assert reader.hear("up and on", Source.GAME, "b").patterns == {"on"}


BOTH = ConsoleFormat(
    prefix=r"^\[(?P<logger>[^\]]+)\] ",
    forms=(
        Form(Source.ADMIN, "^.*: .*$", (("logger", compile_glob("rcon*")),)),
        Form(Source.CHAT, "^.*: .*$", (("logger", compile_glob("chat*")),)),
        Form(Source.COMMAND, prefix=(("logger", compile_glob("chat-commands")),)),
    ),
)


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("[chat] Eve: hi", Source.CHAT),
        ("[rcon] Eve: hi", Source.ADMIN),
        ("[net] Eve: hi", Source.GAME),
        ("Eve: hi", Source.GAME),
        ("[chat] the log is open", Source.GAME),
        ("[chat-commands] /op", Source.COMMAND),
    ],
)
def test_a_form_of_both_wants_the_groups_of_the_prefix_and_the_pattern(line: str, source: Source) -> None:
    assert LineReader([], {"own": BOTH}).hear(line, Source.GAME, "own").source is source
