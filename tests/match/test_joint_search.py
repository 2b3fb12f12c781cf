"""Of lines that are looked at together none is called dull that anybody would hear alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automaton.core.events import Source
from automaton.match.glob import Glob, compile_glob
from automaton.match.index import LineIndex
from automaton.match.joint_search import AT_ONCE, joint_search
from automaton.match.line_reader import ConsoleFormat, Form, LineReader
from tests.match.test_index import LETTERS, PATTERNS
from tests.packs.ear import READER, SHIPPED

_lines = st.lists(st.text(LETTERS + "[]:", max_size=16), min_size=1, max_size=12)
_prefixes = st.sampled_from(
    [None, "^", "^[ab]* ", r"^\[[^\]]*\]:? ?", "^(?P<who>k+|.)", r"^\b\w", "a", "(?:^k|b)*", "^(?s).*?:", "$"]
)
_odd = st.sampled_from(
    [r"\Aa", r"b\z", r"a\b.", r"\Ba", "(?m)^b$", "(?-m:a$)", "(?:^|k)b", "^*a", "a$|b", "[$^]", r"\^a", r"\$",
     r"\Q^a$\E", "^(?P<a>b)(?P<c>k)", "(?<a>.k)", "[^a]$", "^^a", "^$", ""]
)  # fmt: skip
_told = st.sampled_from([(), ("k*b",), ("K",), ("*",), ("?ss", "*ß*")])


def heard(reader: LineReader, line: str) -> bool:
    """Whether anybody hears anything in the line."""
    one = reader.hear(line, Source.GAME, "own")
    return bool(one.patterns or one.occurred) or one.source is not Source.GAME


def dull(reader: LineReader, lines: Sequence[str]) -> list[str]:
    reader.foresee(lines, "own")
    return [line for line in lines if reader.is_dull(line, "own")]


@settings(max_examples=400)
@given(st.lists(PATTERNS | _odd, max_size=3), st.lists(PATTERNS | _odd, max_size=3), _prefixes, _told, _lines)
def test_what_is_dull_is_heard_by_nobody(
    rules: list[str], own: list[str], prefix: str | None, told: tuple[str, ...], lines: list[str]
) -> None:
    forms = tuple(Form(Source.CHAT, prefix=(("who", compile_glob(one)),)) for one in told)
    known = ConsoleFormat(prefix, forms, tuple((f"e{number}", one) for number, one in enumerate(own)))
    reader = LineReader(rules, {"own": known})

    assert not [line for line in dull(reader, lines) if heard(reader, line)]


@pytest.mark.parametrize(
    ("prefix", "pattern", "line"),
    [
        (None, "joined the game", "Eve joined the game"),
        (None, "(?i)kelvin", "212 \u212aELVIN"),
        (None, "a$", "a"),
        (None, r"a\z", "a"),
        (None, "(?-m:a$)", "a"),
        (None, "^$", ""),
        ("^k", "^a", "ka"),
        ("^k", "^a", "a"),
        ("^k", r"\Aa", "ka"),
        ("^k", r"\ba", "ka"),
        ("^k", r"^\ba", "ka"),
        ("^k", r"^\B:", "k:"),
        ("^k", "^(?:^a|b)c", "kac"),
        ("^k", "b|^a", "ka"),
        (r"^k\b", "^:", "k:"),
        ("k", "^a", "ka"),
        ("^k$", "^$", "k"),
    ],
)
def test_what_a_pattern_finds_behind_the_prefix_is_not_dull(
    prefix: str | None, pattern: str, line: str
) -> None:
    own = ConsoleFormat(prefix, events=(("ready", pattern),))
    for reader in (LineReader([pattern], {}), LineReader([pattern], {"own": ConsoleFormat(prefix)}),
                   LineReader([], {"own": own})):  # fmt: skip
        for lines in ([line], ["x", line, "x"], [*["x"] * 9, line, *["x"] * 9]):
            assert (line in dull(reader, lines)) <= (not heard(reader, line))
    assert heard(reader, line)


@pytest.mark.parametrize("name", SHIPPED)
def test_none_of_the_lines_that_a_pack_is_for_is_dull(name: str) -> None:
    """Those of its own tests, in which something is heard: all together, and each among dull ones."""
    lines = [str(one.line) for one in SHIPPED[name].tests]
    told = [line for line in lines if _is_heard(line, name)]
    amid = [[*["nothing to hear"] * 9, line] for line in told]
    for some in [lines, *amid]:
        READER.foresee(some, name)

        assert not [line for line in told if line in some and READER.is_dull(line, name)]


def _is_heard(line: str, name: str) -> bool:
    one = READER.hear(line, Source.GAME, name)
    return bool(one.patterns or one.occurred)


MINECRAFT = "[12:00:00] [Server thread/INFO]: "
PLAIN = [f"{MINECRAFT}Saving chunks for level {number}" for number in range(3 * AT_ONCE)]


@pytest.mark.parametrize("name", ["minecraft", "rust", "a pack that nobody knows"])
def test_lines_that_nobody_hears_are_dull(name: str) -> None:
    READER.foresee(PLAIN, name)

    assert all(READER.is_dull(line, name) for line in PLAIN)


def test_one_among_many_is_told_from_them() -> None:
    lines = [*PLAIN[:50], f"{MINECRAFT}<Eve> hi", *PLAIN[50:]]
    READER.foresee(lines, "minecraft")

    assert [line for line in lines if not READER.is_dull(line, "minecraft")] == [f"{MINECRAFT}<Eve> hi"]


def test_people_who_are_told_by_the_prefix_alone_are_heard() -> None:
    said = f"{MINECRAFT.replace('Server thread', 'ASYNC chat thread - #3')}hi"
    READER.foresee([*PLAIN, said], "minecraft")

    assert not READER.is_dull(said, "minecraft")


def test_half_a_character_is_not_dull_and_hides_no_other_line() -> None:
    READER.foresee(["a\ud800", *PLAIN], "minecraft")

    assert not READER.is_dull("a\ud800", "minecraft")
    assert READER.is_dull(PLAIN[-1], "minecraft")


def test_what_was_foreseen_for_one_pack_is_not_for_another() -> None:
    READER.foresee(["Server startup complete"], "minecraft")

    assert READER.is_dull("Server startup complete", "minecraft")
    assert not READER.is_dull("Server startup complete", "rust")


@pytest.mark.parametrize("told", [[compile_glob("*")], [compile_glob("?*"), compile_glob("")], []])
def test_where_any_prefix_may_tell_words_nothing_can_be_said_of_many_lines(told: list[Glob]) -> None:
    assert joint_search("^x", ["literal"], [told], LineIndex([])) is None


def test_a_quoted_text_is_not_read_as_a_pattern_so_nothing_is_said() -> None:
    assert joint_search(None, [r"\Qa$\E"], [], LineIndex([])) is None
