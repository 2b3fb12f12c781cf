"""The tables that ship are those of the grammar, and where they are of another one they are not taken."""

from __future__ import annotations

import json
from pathlib import Path

import lark
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from automaton.expr.grammar_tables import GRAMMAR, TABLES, built, parser, write

_WORDS = """and or not in true false state it . ( ) [ ] , + - * / == < > 5 90% 1h 8GiB "a" 'b' " $ {"""
LOADED = parser(Transformer())
BUILT = built(GRAMMAR.read_text(encoding="utf-8"))


def parsed(by: lark.Lark, text: str) -> object:
    """The tree, or what was expected instead."""
    try:
        return by.parse(text)
    except UnexpectedToken as error:
        return error.token.type, error.pos_in_stream, error.expected
    except UnexpectedCharacters as error:
        return "character", error.pos_in_stream


def test_the_tables_that_ship_are_of_the_grammar_that_ships_and_of_this_lark() -> None:
    """Else `make docs` writes them anew."""
    written = json.loads(TABLES.read_text(encoding="utf-8"))

    assert (written["grammar"], written["lark"]) == (GRAMMAR.read_text(encoding="utf-8"), lark.__version__)


@given(st.lists(st.sampled_from(_WORDS.split())).map(" ".join))
def test_a_parser_from_tables_reads_and_refuses_as_one_built_from_the_grammar(text: str) -> None:
    assert parsed(LOADED, text) == parsed(BUILT, text)


@pytest.mark.parametrize("other", ["grammar", "lark", None])
def test_tables_of_another_grammar_or_lark_are_not_taken_and_missing_ones_are_not_missed(
    other: str | None, tmp_path: Path
) -> None:
    file = tmp_path / "grammar_tables.json"
    if other is not None:
        write(file)
        file.write_text(json.dumps({**json.loads(file.read_text()), other: "another", "tables": None}))

    assert parsed(parser(Transformer(), file), "a > 1") == parsed(BUILT, "a > 1")


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    write(tmp_path / "grammar_tables.json")

    assert parsed(parser(Transformer(), tmp_path / "grammar_tables.json"), "a > 1") == parsed(BUILT, "a > 1")
