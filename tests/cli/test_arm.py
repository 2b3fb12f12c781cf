"""`automaton arm`: what is given reaches the daemon of the file that is named, or it says that none runs."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from automaton.cli.arm import run
from tests.acceptance.site import Site

NOT_RUNNING = 3


def test_without_a_daemon_nothing_is_set_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = Site(tmp_path, "http://127.0.0.1:9", "ptlc_key")

    with pytest.raises(typer.Exit) as ended:
        run("answers", "off", note="the map is rebuilt", config=site.file)

    assert ended.value.exit_code == NOT_RUNNING
    assert f"`automaton run -c {site.file}`" in capsys.readouterr().err
