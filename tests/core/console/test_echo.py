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
        ("list", 5.1, False),
        ("There are 3 players", 0.1, False),
        ("[12:00:00] list", 0.1, False),
    ],
)
def test_a_line_is_an_echo_of_the_command(line: str, after: float, is_echo: bool) -> None:
    echoes = Echoes()
    echoes.typed("list", 100.0)

    assert echoes.is_echo(line, 100.0 + after) is is_echo


def test_nothing_typed_has_no_echo() -> None:
    assert not Echoes().is_echo("", 0.0)


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
