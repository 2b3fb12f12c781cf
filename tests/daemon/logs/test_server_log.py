"""A server that comes or goes is told once, and why it goes."""

from __future__ import annotations

from dataclasses import replace

from structlog.testing import capture_logs

from automaton.core.events import LinkUp, Profile, ServerGone, ServerListed
from automaton.core.moment import Moment
from automaton.daemon.logs.server_log import ServerLog

AT = Moment(0.0, 0.0)
LOBBY = Profile(uuid="u1", id="1a2b", name="lobby")
LISTED = ServerListed(server="u1", at=AT, profile=LOBBY)
GONE = ServerGone(server="u1", at=AT, reason="the Panel does not list it any more")


def test_a_server_is_told_when_it_is_listed_and_with_the_reason_when_it_is_let_go() -> None:
    news = ServerLog({"u1": "lobby"}.__getitem__)
    renamed = ServerListed(server="u1", at=AT, profile=replace(LOBBY, name="hub"))
    with capture_logs() as lines:
        for event in (LISTED, LinkUp(server="u1", at=AT), renamed, GONE, GONE, LISTED):
            news.observe(event)

    assert lines == [
        {"event": "server.listed", "log_level": "info", "server": "lobby", "id": "1a2b"},
        {"event": "server.gone", "log_level": "warning", "server": "lobby", "reason": GONE.reason},
        {"event": "server.listed", "log_level": "info", "server": "lobby", "id": "1a2b"},
    ]
