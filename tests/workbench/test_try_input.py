"""What is pasted becomes a feed: moments of lines, facts in between, rows of a recording."""

from __future__ import annotations

import pytest

from automaton.core.events import LinePrinted, Source, State, StateReported
from automaton.core.moment import Moment
from automaton.problem import FilePlace, Problem
from automaton.ruletest.fed_facts import FedFacts
from automaton.web.recording_format import write_row
from automaton.workbench.try_input import LONGEST_LINE, MOST_LINES, facts_of, read_input


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("a\nb\n\nc", [0, 1, 2]),
        ("[12:00:05] a\n[12:00:07] b\nno clock\n[12:01:05] c", [0, 2, 2, 60]),
        ("[23:59:58 INFO]: a\n[00:00:03 INFO]: b", [0, 5]),
        ("2026-01-05 12:00:05 a\n2026-01-05 12:00:04 it went back\n2026-01-05 12:00:06 b", [0, 0, 1]),
        ("[12:00:00] a\n@2m memory_pct: 95\n[12:05:00] b", [0, 300]),
    ],
)
def test_lines_come_at_the_moments_that_they_bear_else_a_second_apart(
    text: str, moments: list[float]
) -> None:
    assert [at for _, at, _ in read_input(text, {}).lines] == moments


def test_facts_are_told_in_between_and_wrong_ones_with_their_line() -> None:
    told = read_input(
        "a\n@5s memory_pct: 95, players: 3\n@x players: 1\n@9s nonsense: 1\n@10s players: many", {}
    )

    assert [(entry.at, entry.facts.stats, entry.facts.players) for entry in told.feed if not entry.lines] == [
        (5.0, {"memory_pct": 95.0}, 3), (9.0, {}, None), (10.0, {}, None),
    ]  # fmt: skip
    assert [one.line for one in told.problems] == [3, 4, 5]


def test_too_many_lines_are_left_out_and_counted_and_long_ones_are_cut() -> None:
    told = read_input("x" * (LONGEST_LINE + 5) + "\n" + "y\n" * (MOST_LINES + 9), {})

    assert (len(told.lines), told.left_out) == (MOST_LINES, 10)
    assert len(told.lines[0][2]) <= LONGEST_LINE


def test_a_recording_gives_the_lines_and_states_of_its_first_server() -> None:
    def at(seconds: float) -> Moment:
        return Moment(seconds, 1_000.0 + seconds)

    rows = [
        StateReported(server="a", at=at(1), state=State.RUNNING),
        LinePrinted(server="a", at=at(10), text="one", source=Source.GAME),
        LinePrinted(server="b", at=at(11), text="not ours", source=Source.GAME),
        StateReported(server="a", at=at(12), state=State.OFFLINE),
        LinePrinted(server="a", at=at(15), text="two", source=Source.GAME),
    ]
    text = "".join(write_row(row).decode() for row in rows) + '{"is":"half a ro'
    told = read_input(text, {})

    assert [(at, said) for _, at, said in told.lines] == [(0.0, "one"), (5.0, "two")]
    assert [entry.facts.state for entry in told.feed if entry.facts.state] == [State.OFFLINE]


@pytest.mark.parametrize("text", ["[[[", "- a", "x: [*y]", "a: 1, a: 2, ]", "\x00", "lines: /etc/passwd"])
def test_what_are_no_facts_is_a_problem_and_opens_no_file(text: str) -> None:
    problems: list[Problem] = []

    assert facts_of(text, FilePlace("server"), problems, {}) == FedFacts()
    assert problems
