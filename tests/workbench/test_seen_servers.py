"""The servers here are the daemon's; without one those of the configuration; else it is told why none is."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.errors import ConfigurationError, Refused, Unreachable
from automaton.problem import Problem
from automaton.settings.usual_paths import USUAL_FILE
from automaton.workbench.seen_servers import seen_servers, why_unseen
from tests.workbench.configured import site
from tests.workbench.desk import desk_at
from tests.workbench.test_recipes import Direct


def test_a_running_daemon_is_asked(tmp_path: Path) -> None:
    with desk_at(tmp_path) as (config, _):
        rows = seen_servers(config, lambda _: Direct("rust"))

    assert rows[0].name == "lobby"
    assert rows[0].facts


def test_without_one_the_configuration_says_whom_to_ask(tmp_path: Path) -> None:
    assert [row.pack for row in seen_servers(site(tmp_path), lambda _: Direct("rust"))] == ["rust"]


def test_why_none_is_seen_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="nobody"):
        seen_servers(site(tmp_path), lambda _: Direct("", Unreachable("nobody")))
    if not USUAL_FILE.exists():
        with pytest.raises(Refused, match="`automaton init` writes one"):
            seen_servers(USUAL_FILE, lambda _: Direct("rust"))
    two = ConfigurationError([Problem("mind", severity="warning"), Problem("wrong"), Problem("worse")])
    assert why_unseen(two) == "error: wrong"
    assert why_unseen(Unreachable("nobody\x1b[2J answers")) == "nobody answers"
