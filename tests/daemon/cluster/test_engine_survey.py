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
