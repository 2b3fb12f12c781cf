"""A member's settings are held against a real server."""

from __future__ import annotations

from pathlib import Path

from automaton.daemon.cluster.engine_survey import judged
from automaton.settings.cluster import ClusterSettings
from tests.cluster.nats_servers import nats_servers


def test_what_one_server_cannot_do_is_told_before_a_member_starts(tmp_path: Path) -> None:
    with nats_servers(tmp_path, 1) as servers:
        alone = ClusterSettings(servers=servers.urls, monitor=servers.monitors, replicas=1)
        many = ClusterSettings(servers=servers.urls, monitor=servers.monitors, replicas=3)
        of_one, of_three = judged(alone), judged(many)

    assert [problem for problem in of_one if problem.severity != "note"] == []
    assert [problem.code for problem in of_three if problem.severity == "error"] == ["nats-setup"]


def test_servers_that_are_away_are_told() -> None:
    nobody = ClusterSettings(servers=["nats://127.0.0.1:1"])

    assert {problem.code for problem in judged(nobody)} == {"nats-unseen", "not-asked"}


def test_who_names_nobody_where_a_user_is_wanted_is_not_asked_for_a_password(tmp_path: Path) -> None:
    with nats_servers(tmp_path, 1, "authorization { user: automaton, password: right }") as servers:
        problems = judged(ClusterSettings(servers=servers.urls, replicas=1))

    (problem,) = [one for one in problems if one.severity == "error"]
    assert problem.code == "refused"
    assert "`cluster` has no `credentials`" in problem.message
