"""The line of a start: by the egg where there is one, else by plain words; else none."""

from __future__ import annotations

import pytest

from automaton.workbench.pack_draft.readiness import OFTEN, ready_of
from automaton.workbench.pack_draft.roles import Sureness
from automaton.workbench.pack_draft.shapes import ShapeTable


def table_of(*lines: str) -> ShapeTable:
    table = ShapeTable()
    for number, line in enumerate(lines):
        table.add(number, line)
    return table


def source(table: ShapeTable, *done: str) -> tuple[str, Sureness] | None:
    found = ready_of(table, done)
    return None if found is None else (found.source, found.sureness)


def test_plain_words_go_before_others() -> None:
    assert source(table_of("Listening on port 7777", ": Server started")) == (
        "^: Server started$",
        Sureness.SURE,
    )
    assert source(table_of("Listening on port 7777")) == (
        r"^Listening on port [+-]?[\d.,:]+$",
        Sureness.LIKELY,
    )


@pytest.mark.parametrize("line", ["[dynmap] Web server started", "RCON listening on 0.0.0.0:1", "Loading"])
def test_where_no_line_tells_none_is_named(line: str) -> None:
    assert source(table_of(line)) is None


def test_what_comes_again_and_again_is_no_start() -> None:
    assert source(table_of(*["Server is running"] * (OFTEN + 1))) is None


def test_what_was_said_is_no_start() -> None:
    assert ready_of(table_of("Server started"), (), ["Server started"]) is None


def test_the_eggs_own_line_is_taken() -> None:
    lines = table_of("Server started", "World is up now", "and x World is up")

    assert source(lines, "World is up") == ("^World is up", Sureness.SURE)
    assert source(lines, "x World") == ("^and x World is up$", Sureness.SURE)
    assert source(lines, "nothing like it") == ("^nothing like it", Sureness.LIKELY)
    assert source(lines, "regex:up\\d") == (r"^(?:.*?)(?:up\d)", Sureness.UNSURE)
