"""Links are told once for each reason."""

from __future__ import annotations

from dataclasses import replace

from structlog.testing import capture_logs

from automaton.core.moment import Moment
from automaton.daemon.logs.link_log import LinkLog
from automaton.wings.link_supervisor import LinkState, LinkStatus


def link(state: LinkState, cause: str = "", reason: str = "", since: float = 0.0) -> LinkStatus:
    return LinkStatus("u1", "main", state, cause, reason, Moment(since, since), 0, None)


def test_a_reason_is_told_when_it_is_new_and_not_again() -> None:
    news = LinkLog({"u1": "lobby"}.__getitem__)
    lost = link(LinkState.RETRYING, "refused", "nobody listens there")
    with capture_logs() as lines:
        for status in (link(LinkState.LIVE), lost, lost, link(LinkState.LIVE)):
            news.tell([status])

    assert [(line["event"], line["log_level"]) for line in lines] == [
        ("link.up", "info"),
        ("link.lost", "warning"),
        ("link.up", "info"),
    ]
    assert (lines[1]["server"], lines[1]["reason"]) == ("lobby", "nobody listens there")


def test_an_error_of_wings_that_nobody_asked_for_is_told_with_its_server() -> None:
    news, live = LinkLog({"u1": "lobby"}.__getitem__), link(LinkState.LIVE)
    with capture_logs() as lines:
        for errors, error in (
            (0, ""),
            (1, "no such image"),
            (1, "no such image"),
            (3, "disk full"),
            (1, "x"),
        ):
            news.tell([replace(live, errors=errors, error=error)])

    assert [line for line in lines if line["event"] == "wings.error"] == [
        {"event": "wings.error", "log_level": "warning", "server": "lobby", "error": "no such image"},
        {"event": "wings.error", "log_level": "warning", "server": "lobby", "error": "disk full", "times": 2},
        {"event": "wings.error", "log_level": "warning", "server": "lobby", "error": "x"},
    ]


def test_lines_that_are_cut_are_told_once_for_each_server() -> None:
    news, live = LinkLog(str), link(LinkState.LIVE)
    with capture_logs() as lines:
        for cut in (0, 1, 2, 50):
            news.tell([replace(live, lines_cut=cut)])

    (told,) = [line for line in lines if line["event"] == "lines.cut"]
    assert (told["server"], told["log_level"]) == ("u1", "info")
    assert "4,096 bytes" in told["reason"]


def test_a_suspended_server_is_told_once_and_is_no_warning() -> None:
    news, suspended = LinkLog(str), link(LinkState.SUSPENDED, "suspended", "the server is suspended")
    with capture_logs() as lines:
        for status in (suspended, suspended):
            news.tell([status])

    assert [(line["event"], line["log_level"]) for line in lines] == [("link.suspended", "info")]


def test_a_link_that_is_up_again_says_how_long_it_was_lost() -> None:
    news = LinkLog(str)
    with capture_logs() as lines:
        news.tell([link(LinkState.LIVE)])
        news.tell([link(LinkState.RETRYING, "dropped", since=10.0)])
        news.tell([link(LinkState.RETRYING, "unreachable", since=12.0)])
        news.tell([link(LinkState.LIVE, since=16.5)])

    ups = [line for line in lines if line["event"] == "link.up"]
    assert [line.get("after") for line in ups] == [None, "6.5s"]


def test_a_link_that_waits_for_a_person_says_why() -> None:
    with capture_logs() as lines:
        LinkLog(str).tell([link(LinkState.PARKED, "origin", "the node's `remote` is another address")])

    assert [(line["event"], line["reason"]) for line in lines] == [
        ("link.parked", "the node's `remote` is another address")
    ]


def test_a_server_that_was_let_go_is_forgotten() -> None:
    news = LinkLog(str)
    with capture_logs() as lines:
        for links in ([link(LinkState.LIVE)], [], [link(LinkState.LIVE)]):
            news.tell(links)

    assert [line["event"] for line in lines] == ["link.up", "link.up"]


def test_of_a_server_that_went_and_came_again_lines_that_are_cut_are_told_again() -> None:
    """Nothing is kept of one that went: a fleet whose servers come and go would fill the memory."""
    news, live = LinkLog(str), link(LinkState.LIVE)
    with capture_logs() as lines:
        for links in ([replace(live, lines_cut=1)], [], [replace(live, lines_cut=1)]):
            news.tell(links)

    assert [line["event"] for line in lines].count("lines.cut") == 2
