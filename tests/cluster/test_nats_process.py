"""Servers of NATS for tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.nats_process import NatsProcess, skip_without_nats, start_as_one, wait_until_ready


@pytest.mark.parametrize("configurations", [("no such key: [", "no such key: ["), ("", "no such key: [")])
def test_servers_of_which_one_does_not_run_are_told_with_their_last_words(
    tmp_path: Path, configurations: tuple[str, ...]
) -> None:
    skip_without_nats()
    servers = []
    for name, configuration in zip("ab", configurations, strict=True):
        (tmp_path / name).mkdir()
        (tmp_path / name / "nats.conf").write_text(configuration or 'listen: "127.0.0.1:-1"')
        servers.append(NatsProcess(tmp_path / name, name, "http://127.0.0.1:1", 2))

    with pytest.raises(AssertionError, match="Parse error"):
        start_as_one(servers)
    assert not any(server.is_running for server in servers)
    with pytest.raises(AssertionError, match="Parse error"):
        wait_until_ready(servers)
