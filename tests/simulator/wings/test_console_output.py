from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automaton.simulator.wings.console_output import CHUNK, LONGEST, ConsoleThrottle, LineSplitter


def test_lines_are_cut_at_their_ends_wherever_the_bytes_were() -> None:
    lines = LineSplitter()

    assert [lines.feed(part) for part in (b"one\r\nt", b"wo", b"\n\nthree")] == [["one"], [], ["two", ""]]


@given(st.lists(st.binary(max_size=50), max_size=8))
def test_the_cuts_between_the_bytes_do_not_matter(parts: list[bytes]) -> None:
    whole, piecewise = LineSplitter(), LineSplitter()

    assert whole.feed(b"".join(parts)) == [line for part in parts for line in piecewise.feed(part)]


def test_an_invalid_byte_becomes_one_mark_each() -> None:
    assert LineSplitter().feed(b"\xe2\x82 \xff\n") == ["\ufffd\ufffd \ufffd"]


def test_an_endless_line_is_cut_before_its_end_comes() -> None:
    lines = LineSplitter()

    first = lines.feed(b"x" * (LONGEST + CHUNK + 10))

    assert [len(line) for line in first] == [LONGEST]
    assert [len(line) for line in lines.feed(b"\n")] == [10]


def test_the_throttle_counts_within_100_ms() -> None:
    throttle = ConsoleThrottle()

    passed = sum(throttle.admits(5.0) for _ in range(2001))
    first = throttle.is_first_drop
    throttle.admits(5.05)

    assert (passed, first, throttle.is_first_drop, throttle.admits(5.2)) == (2000, True, False, True)
