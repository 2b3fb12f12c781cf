"""Servers of NATS for tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.nats_process import NatsProcess, skip_without_nats, start_as_one


def test_servers_that_do_not_run_are_told_at_once_with_their_last_words(tmp_path: Path) -> None:
    skip_without_nats()
    servers = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "nats.conf").write_text("no such key: [")
        servers.append(NatsProcess(tmp_path / name, name, "http://127.0.0.1:1", 2))

    with pytest.raises(AssertionError, match="Parse error"):
        start_as_one(servers)
