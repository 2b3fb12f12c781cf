"""What tools have in common: versions out of what they print, and lines in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.peers.tool import answer_of, number_in, write_lines


@pytest.mark.parametrize(
    ("said", "before", "number"),
    [
        ("This is swatchdog version 3.2.4\nBuilt on Aug 25", "swatchdog version", "3.2.4"),
        ("This is perl 5, version 40, subversion 1 (v5.40.1) built for", r"\(", "5.40.1"),
        ("ansible-rulebook [1.3.2]", r"ansible-rulebook \[", "1.3.2"),
        ("bash: sec: command not found", "SEC", None),
    ],
)
def test_a_version_stands_behind_its_words(said: str, before: str, number: str | None) -> None:
    assert number_in(said, before) == number


def test_a_command_that_is_not_here_answers_nothing() -> None:
    assert answer_of("no-such-tool", "--version") == ""


def test_each_line_has_its_end(tmp_path: Path) -> None:
    assert write_lines(tmp_path / "lines", ["one", "two"]).read_text() == "one\ntwo\n"
