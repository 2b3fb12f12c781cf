"""Frames by their kinds: what keeps its order, what is free."""

from __future__ import annotations

from collections.abc import Sequence

from automaton.simulator.wings.outbound_frame import OutboundFrame
from tests.verify.answers import Said
from tests.verify.compare import differences
from tests.verify.play import Heard

DAEMON = "\x1b[33m\x1b[1m[Pterodactyl Daemon]:\x1b[39m "


def _said(*frames: tuple[float, OutboundFrame], latest: float = 10_000.0) -> list[Said]:
    return [
        Said(number, ms, "frame", "", frame.text(), -500.0, latest)
        for number, (ms, frame) in enumerate(frames, 1)
    ]


def _heard(*frames: tuple[float, OutboundFrame]) -> list[Heard]:
    return [Heard(ms, "frame", "", frame.text()) for ms, frame in frames]


def _console(*texts: str) -> list[tuple[float, OutboundFrame]]:
    return [(float(n), OutboundFrame("console output", text)) for n, text in enumerate(texts)]


def _whys(said: Sequence[Said], heard: Sequence[Heard], *bursts: float) -> list[str]:
    return [one.why for one in differences(said, heard, bursts)]


def test_the_first_line_that_differs_is_told_with_both_sides() -> None:
    [difference] = differences(_said(*_console("a", "b", "c")), _heard(*_console("a", "x", "c")))

    assert (difference.row, difference.ms, difference.got_ms) == (2, 1.0, 1.0)
    assert (difference.expected, difference.got) == (
        OutboundFrame("console output", "b").text(),
        OutboundFrame("console output", "x").text(),
    )


def test_lines_keep_their_order() -> None:
    assert _whys(_said(*_console("a", "b")), _heard(*_console("b", "a"))) == ["another frame"]


def test_answers_to_commands_sent_in_one_go_come_in_any_order() -> None:
    """Each message has its own goroutine (protocol.md 2.5)."""
    said, heard = _said(*_console("c0", "c1", "c2", "c3")), _heard(*_console("c3", "c0", "c2", "c1"))

    assert _whys(said, heard, 0.0) == []
    assert _whys(said, heard) == ["another frame"]
    assert _whys(said, _heard(*_console("c3", "c0", "c2", "c2")), 0.0) == ["another frame"]


def test_the_lines_about_the_image_come_in_either_order() -> None:
    pulling, pulled = (f"{DAEMON}{word} Docker container image" for word in ("Pulling", "Finished pulling"))

    assert _whys(_said(*_console(pulling, pulled)), _heard(*_console(pulled, pulling))) == []


def test_bus_events_of_two_kinds_may_overtake_each_other_within_a_race_only() -> None:
    status, line = (
        OutboundFrame("status", "offline"),
        OutboundFrame("console output", f"{DAEMON}Exit code: 1"),
    )
    heard = _heard((10.0, line), (11.0, status))

    assert _whys(_said((10.0, status), (20.0, line)), heard) == []
    assert _whys(_said((10.0, status), (80.0, line)), heard) == ["came before row 1 here"]


def test_an_answer_beyond_the_inputs_around_it_is_told() -> None:
    success = OutboundFrame("auth success")

    assert _whys(_said((5.0, success), latest=600.0), _heard((599.0, success))) == []
    assert _whys(_said((5.0, success), latest=600.0), _heard((601.0, success))) == ["at another time"]


def test_the_ticker_of_a_token_keeps_its_beat() -> None:
    expiring = OutboundFrame("token expiring")

    assert _whys(_said((30_000.0, expiring), latest=9e9), _heard((30_400.0, expiring))) == []
    assert _whys(_said((33_000.0, expiring), latest=9e9), _heard((30_000.0, expiring))) == ["at another time"]


def test_what_was_never_recorded_is_told() -> None:
    [difference] = differences(_said(), _heard((7.0, OutboundFrame("status", "offline"))))

    assert (difference.row, difference.expected, difference.got_ms) == (0, "", 7.0)


def test_an_end_by_the_node_has_its_code_and_reason() -> None:
    closed = Said(1, 50.0, "closed", "", "1001 server deleted", -500.0, 500.0, "wings")

    assert _whys([closed], [Heard(60.0, "closed", "", "1001 server deleted")]) == []
    assert _whys([closed], [Heard(60.0, "closed", "", "1006")]) == ["another end"]
    assert _whys([closed], []) == ["the socket stays open here"]
