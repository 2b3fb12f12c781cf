"""What is printed is text: a terminal obeys nothing of it, and there is no other way to print."""

from __future__ import annotations

import ast
import errno
import io
import json
import os
import sys
import unicodedata
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import automaton
from automaton.daemon.logs.log_lines import escape
from automaton.delivery.safe_text import is_visible
from automaton.printable import (
    UNSEEN,
    OutputLost,
    ascii_json,
    code,
    harmless,
    printable,
    say,
    say_anew,
    say_json,
)

ATTACKS = {
    "\x1b[2J": "\\x1b[2J",
    "\x1b]0;root@host\x07": "\\x1b]0;root@host\\x07",
    "\x1b]8;;http://evil\x1b\\here": "\\x1b]8;;http://evil\\x1b\\here",
    "\x1b[8mhidden": "\\x1b[8mhidden",
    "\x1b[30;40m": "\\x1b[30;40m",
    "\x9b2J": "\\x9b2J",
    "\x85": "\\x85",
    "a\rb": "a\\x0db",
    "a\bb": "a\\x08b",
    "\x00\x7f": "\\x00\\x7f",
    "\u202egnp.exe": "\\u202egnp.exe",
    "\u2066x\u2069": "\\u2066x\\u2069",
    "a\u200bb": "a\\u200bb",
    "a\u2028b": "a\\u2028b",
    "\ud800": "\\ud800",
    "\uffff": "\\uffff",
    "\U000e0041": "\\U000e0041",
    "\u3164": "\\u3164",
    "a\u2800b": "a\\u2800b",
}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("colours", [True, False])
def test_what_a_terminal_would_obey_is_shown_as_its_escape(attack: str, colours: bool) -> None:
    assert printable(attack) == ATTACKS[attack]
    assert harmless(attack, colours=colours) == ATTACKS[attack]


def test_letters_signs_and_blanks_of_all_peoples_stay() -> None:
    text = "Zo\u00eb \u715c \u05d0\u05d1 \u0627 \U0001f600\ufe0f 1\u00a0000\u3000x \u201cq\u201d \u2026"

    assert printable(text) == harmless(text) == text


def test_what_nobody_sees_is_the_same_on_a_terminal_in_chat_and_in_the_log() -> None:
    """Chat also drops what Unicode has not assigned, and signs that span the numbers behind them."""
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    unseen = set(UNSEEN.findall(every))
    unassigned = {char for char in every if unicodedata.category(char) in ("Cn", "Co")}

    spanning = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
    dropped = {char for char in every if not is_visible(char)}
    assert dropped - unassigned - spanning == unseen - unassigned
    assert unseen & set(escape(every)) == set()


def test_lines_stay_lines_and_a_tab_is_a_blank_in_them() -> None:
    assert harmless("a\tb\nc") == "a b\nc"
    assert printable("a\tb\nc") == "a\\x09b\\x0ac"


@pytest.mark.parametrize("ours", ["\x1b[31mred\x1b[0m", "\x1b[1;33mx\x1b[0m", "\x1b[1mhead\x1b[0m"])
def test_our_own_colours_reach_a_terminal_and_nothing_else(ours: str) -> None:
    assert harmless(ours, colours=True) == ours
    assert "\x1b" not in harmless(ours)


@given(st.text())
def test_nothing_unseen_is_left_of_any_text(text: str) -> None:
    for shown in (printable(text), harmless(text).replace("\n", "")):
        assert UNSEEN.search(shown) is None
        assert not {unicodedata.bidirectional(char) for char in shown} & {
            "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN",
        }  # fmt: skip


@given(st.recursive(st.none() | st.integers() | st.text(), lambda some: st.lists(some, max_size=3)))
def test_json_is_printable_ascii_that_reads_as_what_was_written(content: object) -> None:
    shown = ascii_json(content)

    assert shown.isascii()
    assert shown.isprintable()
    assert json.loads(shown) == _without_halves(content)


def _without_halves(content: object) -> object:
    if isinstance(content, str):
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in content)
    return [_without_halves(one) for one in content] if isinstance(content, list) else content


def test_it_is_said_on_the_channel_that_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b[31m")
    say("b\u202e", err=True, nl=False)
    say_json({"c": "\x7f"})
    say_anew("d\r")

    told = capsys.readouterr()
    assert told.out == 'a\\x1b[31m\n{"c": "\\u007f"}\n'
    assert told.err == "b\\u202e\r\x1b[Kd\\x0d"


def test_only_a_terminal_is_given_our_colours() -> None:
    red = "\x1b[31mred\x1b[0m"
    with redirect_stdout(Terminal()) as terminal, redirect_stderr(io.StringIO()) as file:
        say(red)
        say(red, err=True)

    assert terminal.getvalue() == f"{red}\n"
    assert file.getvalue() == "\\x1b[31mred\\x1b[0m\n"


def test_nothing_said_is_an_empty_line_and_json_may_be_compact(capsys: pytest.CaptureFixture[str]) -> None:
    say()
    say_json({"a": [1, 2]}, compact=True)
    say_json({"a": [1, 2]})
    say_anew("")

    told = capsys.readouterr()
    assert told.out == '\n{"a":[1,2]}\n{"a": [1, 2]}\n'
    assert told.err == "\r\x1b[K"


@pytest.mark.parametrize(
    ("char", "escape"),
    [
        ("\x00", "\\x00"), ("\xff", "\\xff"), ("\u0100", "\\u0100"), ("\uffff", "\\uffff"),
        ("\U00010000", "\\U00010000"), ("\U000e0001", "\\U000e0001"),
    ],
)  # fmt: skip
def test_a_character_is_shown_as_the_shortest_escape_that_reads_as_it(char: str, escape: str) -> None:
    assert code(char) == escape
    assert ast.literal_eval(f"'{escape}'") == char


def test_json_has_no_character_that_is_not_printable_ascii() -> None:
    assert ascii_json("a~\x7f\u00e9\U0001f600\ud800\n") == ('"a~\\u007f\\u00e9\\ud83d\\ude00\\ufffd\\n"')
    assert ascii_json([1, 2]) == "[1, 2]"


OTHER_WAYS = {
    "printable.py": "this is the way",
    "cli/main.py": "sets how both streams encode",
    "daemon/logs/log_setup.py": "the log writes its own lines, escaped in log_lines.py",
    "daemon/main.py": "flushes both before the process ends",
    "workbench/try_rule.py": "answers the page in JSON, through a pipe",
    "simulator/programs/launch.py": "becomes another program, and can import no package",
}
"""Modules that may touch a stream, with the reason."""


def other_ways(path: Path) -> list[str]:
    """Where a module prints by itself, or hands a stream on that nobody watches."""
    found = []
    tree = ast.parse(path.read_text(encoding="utf-8"))
    watched = {
        id(argument)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in ("has_colours", "width_of", "HarmlessConsole")
        for argument in call.args
    }
    asked = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "isatty"
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="print" | "Console")):
                found.append(f"line {node.lineno}: {ast.unparse(node.func)}")
            case ast.Attribute(value=ast.Name(id="typer" | "click"), attr="echo" | "secho"):
                found.append(f"line {node.lineno}: {ast.unparse(node)}")
            case ast.Attribute(value=ast.Name(id="rich"), attr="print" | "print_json"):
                found.append(f"line {node.lineno}: {ast.unparse(node)}")
            case ast.Attribute(
                value=ast.Name(id="sys"), attr="stdout" | "stderr" | "__stdout__" | "__stderr__"
            ):
                if id(node) not in watched | asked:
                    found.append(f"line {node.lineno}: {ast.unparse(node)}")
            case ast.Attribute(value=ast.Name(id="os"), attr="write"):
                found.append(f"line {node.lineno}: {ast.unparse(node)}")
    return found


def test_nothing_is_printed_in_another_way() -> None:
    """The engine of pty.py writes to a terminal that is a game's, not a person's."""
    room = Path(str(automaton.__file__)).parent
    found = {str(path.relative_to(room)): other_ways(path) for path in room.rglob("*.py")}
    mine = {name for name, ways in found.items() if ways} - {"simulator/programs/pty.py"}

    assert mine - OTHER_WAYS.keys() == set(), {name: found[name] for name in mine - OTHER_WAYS.keys()}
    assert OTHER_WAYS.keys() <= mine, "allowed in vain"


class Full(io.StringIO):
    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_stderr_that_takes_nothing_ends_nothing_but_a_lost_answer_on_stdout_is_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stderr", Full())
    monkeypatch.setattr(sys, "stdout", Full())

    say("x", err=True)
    say_anew("x")
    with pytest.raises(OutputLost, match="it cannot print: No space left on device"):
        say("x")


@pytest.mark.parametrize(
    ("number", "is_unread", "why"),
    [
        (errno.EPIPE, True, "nobody reads what is printed"),
        (errno.ENOSPC, False, "it cannot print: No space left on device"),
    ],
)
def test_why_an_answer_is_lost_tells_a_reader_that_has_gone_from_a_full_disk(
    number: int, is_unread: bool, why: str
) -> None:
    lost = OutputLost(OSError(number, os.strerror(number)))

    assert (lost.is_unread, str(lost)) == (is_unread, why)
