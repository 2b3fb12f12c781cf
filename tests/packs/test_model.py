"""A pack says what its game can do: how to save, to ask, to count; and no more."""

from __future__ import annotations

import pytest

from automaton.core.events import Source
from automaton.core.invoked_commands import invoked
from automaton.core.number_form import PLAIN_NUMBERS, NumberForm
from automaton.core.pack import PROBED, SAVED, Poll, Question, polled
from automaton.match.line_reader import LineReader
from tests.packs.written_pack import GAME, pack, read


def test_the_engine_is_told_what_to_type_and_how_long_to_wait() -> None:
    core = pack().for_engine()

    assert core.save == Question(("save-off", "save-all"), 90.0)
    assert core.probe == Question(("list",), 60.0)
    assert core.polls == {"players": Poll("list", 120.0)}
    assert core.patterns == {"world_saved"}


def test_patterns_are_no_events_that_a_rule_could_wait_for() -> None:
    assert set(pack().for_engine().events) == {"ready", "chat"}


def test_a_number_that_the_game_tells_by_itself_is_heard_and_never_asked_for() -> None:
    mine = pack("pack: mine\nconsole: false\nfacts: {players: {read: '^(?P<n>\\d+) play'}}\n")
    heard = LineReader([], {"mine": mine.console_format()}).hear("3 play", Source.GAME, "mine")

    assert dict(heard.occurred)["@players"]["n"] == "3"
    assert mine.for_engine().polls == {}


def test_what_is_said_brings_what_the_chat_patterns_capture() -> None:
    mine = pack("pack: mine\nchat: ['^<(?P<player>\\w+)> (?P<text>.*)$', '^\\* ']\n")

    assert mine.for_engine().events == {"chat": {"player", "text", "line"}}


def test_what_the_file_does_not_say_the_game_cannot_do() -> None:
    core = pack("pack: mine\n").for_engine()

    assert (core.say, core.save, core.probe, core.polls) == (None, None, None, {})
    assert core.stop == {"stop", "quit", "end", "exit"}


@pytest.mark.parametrize(
    ("line", "occurred"),
    [
        ("[INFO] Saved 12 chunks", ["world_saved", SAVED]),
        ("[INFO] There are 7 players", [PROBED, polled("players")]),
        ("[INFO] Done (3s)!", ["ready"]),
        ("[INFO] <Eve> Saved 12 chunks", ["chat"]),
        ("[INFO] <Eve> There are 9 players", ["chat"]),
    ],
)
def test_an_answer_is_heard_as_an_event_unless_a_player_says_it(line: str, occurred: list[str]) -> None:
    heard = LineReader([], {"mine": pack().console_format()}).hear(line, Source.GAME, "mine")

    assert [name for name, _ in heard.occurred] == occurred


def test_the_answer_to_a_poll_brings_the_number() -> None:
    heard = LineReader([], {"mine": pack().console_format()}).hear(
        "[INFO] There are 7 players", Source.GAME, "mine"
    )

    assert dict(heard.occurred)["@players"]["n"] == "7"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            "wait: world_saved",
            "wait: world_save",
            "8:42: error: `world_save` is no pattern and no event of this pack, did you mean `world_saved`?",
        ),
        (
            "(?P<n>",
            "(",
            "11:31: error: the value is read from the group `value`, or `n`; found `^There are (\\d+)`; "
            "expected `(?P<value>…)` in the pattern",
        ),
        (
            "  world_saved:",
            "  ready:",
            "7:3: error: `ready` is an event of this pack already: it needs no pattern",
        ),
        (
            "pack: mine\n",
            "pack: mine\nconsole: false\n",
            "1:1: error: `save` types a command, and `console: false` takes none",
        ),
        (
            "  players:",
            "  tick-rate:",
            "11:3: error: a name that expressions read has letters, digits and `_`; found `tick-rate`",
        ),
    ],
)
def test_a_mistake_is_told_at_its_place(before: str, after: str, message: str) -> None:
    _, problems = read(GAME.replace(before, after))

    assert f"mine.yml:{message}" in [str(problem) for problem in problems]


def test_a_game_without_a_console_says_so() -> None:
    assert not pack("pack: mine\nconsole: false\n").for_engine().console


def test_what_is_typed_without_the_slash_that_commands_have_is_said() -> None:
    core = pack("pack: mine\nslash: true\ncommands: {kick: player, run: code}\n").for_engine()

    (said,), (run,) = invoked("run x y", core), invoked(" /run x y", core)
    assert (said.is_unseen, [part.kind.value for part in said.arguments]) == (False, ["text"])
    assert (run.is_unseen, [part.kind.value for part in run.arguments]) == (True, ["code"])
    assert invoked("run", core)[0].arguments == ()


def test_a_pack_says_how_its_game_prints_numbers() -> None:
    german = pack(GAME + "numbers: {group: '.', decimal: ','}\n").for_engine()

    assert german.numbers == NumberForm(".", ",")
    assert pack().for_engine().numbers == PLAIN_NUMBERS
