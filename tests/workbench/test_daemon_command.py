"""A command that asks the daemon says what stands in its way, and ends with the code of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.errors import Refused, Unreachable
from automaton.workbench.daemon_command import with_daemon
from tests.workbench.desk import desk_at


def test_where_no_daemon_runs_it_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "automaton.yml"
    config.write_text("state: state\n")

    assert with_daemon(config, lambda _: 0) == 3
    assert "no daemon runs by" in capsys.readouterr().err


def test_weather_and_refusals_have_their_exit_codes(tmp_path: Path) -> None:
    def unreachable(_: object) -> int:
        raise Unreachable("nobody answers")

    def refused(_: object) -> int:
        raise Refused("no")

    with desk_at(tmp_path) as (config, _):
        assert [with_daemon(config, unreachable), with_daemon(config, refused)] == [75, 1]
