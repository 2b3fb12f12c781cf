"""Windows are known in every file, so a name is given once."""

from __future__ import annotations

from automaton.rulebook.load import load_texts
from tests.rulebook.texts import KNOWN, told

QUIET = 'windows: {quiet: {days: [sat, sun], from: "02:00", to: "07:30", tz: Europe/Berlin}}\n'


def test_every_file_knows_the_windows_of_all() -> None:
    rule = "rules: [{id: a, while: 'window(\"quiet\")', do: [end]}]"

    assert load_texts([("a.yml", rule), ("b.yml", QUIET)], KNOWN).problems == []


def test_a_name_that_two_files_give_is_refused() -> None:
    (problem,) = load_texts([("a.yml", QUIET), ("b.yml", QUIET)], KNOWN).problems

    assert str(problem) == "b.yml:1:11: error: the window `quiet` stands already at a.yml:1"


def test_an_unknown_window_is_told() -> None:
    (problem,) = told(f"{QUIET}rules: [{{id: a, while: 'window(\"quite\")', do: [end]}}]")

    assert "quite" in problem
    assert "quiet" in problem
