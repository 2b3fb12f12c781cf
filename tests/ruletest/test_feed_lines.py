"""Lines are fed one by one or from a file, split and cleaned as those of a live console."""

from __future__ import annotations

import os
from pathlib import Path

from automaton.core.events import Source
from automaton.ruletest.suite import suite_of
from tests.ruletest.run_case import WRONG, packs


def test_the_lines_of_a_file_come_at_once_or_one_after_the_other(tmp_path: Path) -> None:
    (tmp_path / "game.log").write_bytes(b"one\r\ntwo \xff\n\x1b[31mthree\n")

    assert lines(tmp_path, "lines: game.log") == [(5.0, ["one", "two \N{REPLACEMENT CHARACTER}", "three"])]
    assert lines(tmp_path, "lines: game.log, every: 2s") == [
        (5.0, ["one"]), (7.0, ["two \N{REPLACEMENT CHARACTER}"]), (9.0, ["three"]),
    ]  # fmt: skip
    assert [at for at, _ in lines(tmp_path, "lines: game.log, every: 2s, times: 2")] == [5.0, 7.0]


def lines(folder: Path, entry: str) -> list[tuple[float, list[str]]]:
    """When which lines of `game.log` come."""
    text = f"{WRONG}    feed: [{{at: 5s, {entry}}}]\n    expect: [{{never: say}}]\n"
    suite, problems = suite_of({str(folder / "rules.yml"): text}, packs())
    assert suite is not None, problems
    return [(entry.at, [line for line, _ in entry.lines]) for entry in suite.tests[0].feed]


def test_lines_of_a_pipe_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    text = f"{WRONG}    feed: [{{at: 5s, lines: pipe}}]\n    expect: [{{never: say}}]\n"
    _, problems = suite_of({str(tmp_path / "rules.yml"): text}, packs())

    assert [problem.message for problem in problems] == [
        f"`{tmp_path / 'pipe'}` cannot be read: it is no regular file"
    ]


def test_a_line_with_a_break_in_it_is_a_line_and_its_continuation() -> None:
    suite, _ = suite_of(
        {"r.yml": WRONG + '    feed: [{at: 0s, line: "a\\nb"}]\n    expect: [{never: say}]\n'}, packs()
    )
    assert suite is not None

    assert suite.tests[0].feed[0].lines == (("a", Source.GAME), ("b", Source.CONTINUATION))
