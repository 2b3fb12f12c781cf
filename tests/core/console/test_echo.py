"""An echo is the same text within five seconds, a prompt apart."""

from __future__ import annotations

import pytest

from automaton.core.console.echo import Echoes


@pytest.mark.parametrize(
    ("line", "after", "is_echo"),
    [
        ("list", 0.1, True),
        ("> list", 5.0, True),
        (">list ", 1.0, True),
        ("$ # : . list", 1.0, True),
        ("list >", 1.0, False),
        ("XXlist", 1.0, False),
        ("list", 5.1, False),
        ("There are 3 players", 0.1, False),
        ("[12:00:00] list", 0.1, False),
    ],
)
def test_a_line_is_an_echo_of_the_command(line: str, after: float, is_echo: bool) -> None:
    echoes = Echoes()
    echoes.typed("list", 100.0)

    assert echoes.is_echo(line, 100.0 + after) is is_echo


def test_of_a_console_that_never_prints_no_more_is_remembered_than_may_be_echoed() -> None:
    echoes = Echoes()
    for minute in range(5):
        echoes.typed("list", 60.0 * minute)
        echoes.typed("tps", 60.0 * minute)

    assert len(echoes) == 2


def test_nothing_typed_has_no_echo() -> None:
    assert Echoes().is_echo("", 0.0) is False
    echoes = Echoes()
    echoes.typed(" > ", 0.0)
    assert echoes.is_echo("", 0.0) is False


def test_a_letter_is_the_same_however_it_was_typed() -> None:
    """Lines come composed; a rule's words may be written with accents of their own."""
    echoes = Echoes()
    echoes.typed("say Zoe\u0308", 0.0)

    assert echoes.is_echo("say Zo\u00eb", 0.0)


def test_what_was_typed_later_is_an_echo_longer() -> None:
    echoes = Echoes()
    for mono, text in ((0.0, "one"), (1.0, "two"), (4.0, "three")):
        echoes.typed(text, mono)

    assert [echoes.is_echo(text, 6.5) for text in ("one", "two", "three")] == [False, False, True]


def test_an_echo_may_be_printed_twice() -> None:
    echoes = Echoes()
    echoes.typed("say hi", 0.0)

    assert echoes.is_echo("> say hi", 1.0)
    assert echoes.is_echo("say hi", 1.1)


def test_only_the_latest_commands_are_remembered() -> None:
    echoes = Echoes()
    for number in range(1000):
        echoes.typed(f"command {number}", 0.0)

    assert not echoes.is_echo("command 0", 0.0)
    assert echoes.is_echo("command 999", 0.0)
