"""What the load says is what a Wings says: else what is measured is something else."""

from __future__ import annotations

from random import Random

from automaton.core import events as ev
from automaton.core.moment import Moment
from automaton.secret import Secret
from automaton.wings.session import Session
from automaton.wings.token import Token
from tests.benchmarks.load.frames import MATCHING_EVERY, MIB, Chatter, Meter, printed, said, text_frame

NOW = Moment(1.0, 1_800_000_001.0)


def payload(frame: bytes) -> bytes:
    """What one unmasked frame of text holds, whose length must be that of the rest."""
    assert frame[0] == 0x81
    length, begins = (frame[1], 2) if frame[1] < 126 else (int.from_bytes(frame[2:4]), 4)
    assert len(frame) == begins + length
    return frame[begins:]


def heard(*frames: bytes) -> list[object]:
    """What a link's session makes of them."""
    session = Session("lobby", Random(1))
    session.opened(NOW)
    session.token(Token(Secret("t"), "wss://node.test/ws", NOW, 600.0), NOW)
    return [
        one
        for frame in (said("auth success"), *frames)
        for one in session.received(payload(frame).decode(), NOW)
    ]


def test_a_frame_has_its_length_in_one_byte_or_in_three() -> None:
    assert [payload(text_frame(b"x" * length)) for length in (125, 126, 60_000)] == [
        b"x" * length for length in (125, 126, 60_000)
    ]


def test_letters_of_html_are_escaped_as_go_does_and_read_as_they_were() -> None:
    assert rb"\u003cSteve\u003e \u0026" in printed("<Steve> & Alex")
    (line,) = [one for one in heard(printed("<Steve> & Alex")) if isinstance(one, ev.LinePrinted)]
    assert line.text == "<Steve> & Alex"


def test_a_reading_is_one_and_the_next_differs() -> None:
    meter = Meter()
    first, second = [one for one in heard(meter.frame(), meter.frame()) if isinstance(one, ev.StatsReported)]

    assert first.memory_limit == 4096 * MIB
    assert (first.rx, first.tx) < (second.rx, second.tx)
    assert first.memory != second.memory


def test_one_line_in_a_hundred_is_what_a_rule_looks_for() -> None:
    chatter = Chatter()
    lines = [chatter.line(3) for _ in range(4 * MATCHING_EVERY)]
    who = payload(lines[MATCHING_EVERY - 1]).decode()

    assert "joined the game" in who or "steve did it" in who or "left the game" in who
    assert len({lines[place] for place in range(MATCHING_EVERY - 1, len(lines), MATCHING_EVERY)}) == 4
