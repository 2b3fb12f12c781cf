"""What came of a pattern, said to people and to programs."""

from __future__ import annotations

import json

import pytest

from automaton.workbench.pattern_search import Hit, Hits, SearchResult
from automaton.workbench.regex_report import ShowOptions, event, report_search


def hits(*texts: str) -> Hits:
    found = Hits(9)
    for number, text in enumerate(texts, 1):
        found.add(Hit(number, text, {"player": text}))
    return found


def found(*texts: str, has_literals: bool = True, missed: tuple[str, ...] = ()) -> SearchResult:
    searched = SearchResult(hits(*texts), hits(), hits(), hits(), hits(), hits(), hits(*missed), has_literals)
    searched.lines = len(texts)
    return searched


def test_what_matched_is_shown_with_its_captures(capsys: pytest.CaptureFixture[str]) -> None:
    assert report_search(found("Eve"), "", ShowOptions()) == 1

    head, *lines = capsys.readouterr().out.splitlines()
    assert head.startswith("1 of 1 lines matched")
    assert lines == ["  1: Eve", "      it.player = Eve"]


def test_what_is_not_shown_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    report_search(found("a", "b", "c"), "", ShowOptions(most=1))

    assert capsys.readouterr().out.splitlines()[-1] == "  … 2 more, `--show 0` shows all"


def test_a_stranger_s_text_obeys_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    report_search(found("\x1b[31mred"), "", ShowOptions())

    assert "\x1b" not in capsys.readouterr().out


def test_that_nothing_can_be_near_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    report_search(found(has_literals=False), "", ShowOptions())

    assert capsys.readouterr().out.splitlines()[1:] == [
        "which lines it nearly matches cannot be told: the pattern requires no text of three characters"
    ]


@pytest.mark.parametrize(
    ("missed", "head"),
    [
        (("Eve left",), "1 line has the text of the pattern and does not match:"),
        (("a", "b"), "2 lines have the text of the pattern and do not match:"),
    ],
)
def test_near_misses_are_counted_in_a_sentence(
    missed: tuple[str, ...], head: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report_search(found(missed=missed), "", ShowOptions())

    assert capsys.readouterr().out.splitlines()[1] == head


def test_programs_get_all_kinds_of_lines(capsys: pytest.CaptureFixture[str]) -> None:
    report_search(found("Eve"), "a hint", ShowOptions(as_json=True))

    told = json.loads(capsys.readouterr().out)
    assert told["matched"] == {
        "count": 1,
        "lines": [{"number": 1, "text": "Eve", "captures": {"player": "Eve"}}],
    }
    assert {"excluded", "chat", "unseen", "missed"} <= told.keys()
    assert told["hint"] == "a hint"


def test_answers_have_names_of_their_own() -> None:
    assert [event(name) for name in ("@saved", "player.join")] == ["answer to saved", "player.join"]
