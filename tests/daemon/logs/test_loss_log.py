"""What was lost is told at once, and then once a minute, all servers together."""

from __future__ import annotations

from structlog.testing import capture_logs

from automaton.core.events import LinkUp, Overflow
from automaton.core.moment import Moment
from automaton.daemon.logs.loss_log import LossLog


def at(seconds: float) -> Moment:
    return Moment(seconds, seconds)


def lost(server: str, lines: int) -> Overflow:
    return Overflow(server=server, at=at(0), lines=lines)


def test_what_was_lost_on_the_way_is_told_at_once_with_its_server() -> None:
    news = LossLog({"u1": "lobby"}.__getitem__)
    with capture_logs() as lines:
        news.observe(LinkUp(server="u1", at=at(0)))
        news.tell(at(0))
        news.observe(lost("u1", 7))
        news.tell(at(1))

    assert lines == [{"event": "lines.lost", "log_level": "warning", "server": "lobby", "lines": 7}]


def test_a_flood_of_many_servers_is_one_line_a_minute_with_its_sum() -> None:
    news = LossLog(str)
    with capture_logs() as lines:
        for second in range(150):
            for number in range(52):
                news.observe(lost(f"s{number}", 2 if number == 7 else 1))
            news.tell(at(second))

    assert [(line["servers"], line["most"], line["lines"]) for line in lines] == [
        (52, "s7", 53), (52, "s7", 60 * 53), (52, "s7", 60 * 53),
    ]  # fmt: skip


def test_what_was_not_told_yet_is_told_at_the_end() -> None:
    news = LossLog(str)
    with capture_logs() as lines:
        for second in (0, 1):
            news.observe(lost("a", 5))
            news.tell(at(second))
        news.tell_rest()
        news.tell_rest()

    assert [line["lines"] for line in lines] == [5, 5]
