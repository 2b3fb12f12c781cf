"""The keys of a pack, each by itself."""

from __future__ import annotations

import pytest

from automaton.core.argument_values import is_name
from tests.packs.written_pack import GAME, pack, read


def test_names_are_matched_as_a_whole() -> None:
    _, (problem,) = read("pack: mine\nnames: 'a+'\n")

    assert "a name is matched as a whole" in str(problem)
    assert problem.suggestion == "'^a+$'"


@pytest.mark.parametrize(
    ("names", "name", "fits"),
    [
        ("^[A-Z]+|[a-z]+$", "A|$@a", False), ("^[A-Z]+|[a-z]+$", "ABC", True),
        ("^a$|^b$", "b", True), (r"^a\$", "a$", True), (r"^a\$", "a$ ", False),
    ],
)  # fmt: skip
def test_an_alternative_in_names_is_matched_as_a_whole_too(names: str, name: str, fits: bool) -> None:
    assert is_name(name, pack(f"pack: mine\nnames: '{names}'\n").for_engine()) is fits


@pytest.mark.parametrize("stop", ["''", "[quit, ' ']"])
def test_a_stop_command_has_a_word(stop: str) -> None:
    _, (problem,) = read(f"pack: mine\nstop: {stop}\n")

    assert "2:" in str(problem)
    assert "a command is expected here" in str(problem)


def test_thousands_and_fractions_have_two_signs() -> None:
    _, (problem,) = read(GAME + "numbers: {group: ','\n, decimal: ','}\n")

    assert problem.code == "one-sign-twice"
    assert "nobody could tell a thousand from a fraction" in problem.message


@pytest.mark.parametrize("key", ["chat", "command", "admin"])
def test_words_may_be_told_by_the_prefix(key: str) -> None:
    (form,) = pack(f"pack: mine\nprefix: '^(?P<thread>\\w+): '\n{key}: {{thread: Async*}}\n").forms()

    assert (form[0], form[1], form[2].prefix[0][0]) == (key, None, "thread")


@pytest.mark.parametrize(
    ("words", "message"),
    [("{}", "a group of the prefix is expected here"), ("[[x]]", "words of people are told by a pattern")],
)
def test_words_are_told_by_a_pattern_or_by_groups(words: str, message: str) -> None:
    _, problems = read(f"pack: mine\nchat: {words}\n")

    assert message in " ".join(map(str, problems))
