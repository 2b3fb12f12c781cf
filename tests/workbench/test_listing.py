"""The servers are listed once, by a Panel's key or a node's own file; nobody's secret is in a message."""

from __future__ import annotations

from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from automaton.errors import Refused, Weather
from automaton.simulator.serve import simulated
from automaton.workbench.listing import list_node, list_panel
from automaton.workbench.written import Chosen


def test_a_panel_and_a_node_list_the_same_servers(tmp_path: Path) -> None:
    key = tmp_path / "key"
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(simulated(servers=2, chatter=0.0)) as simulation,
    ):
        key.write_text(simulation.key + "\n")
        by_panel = list_panel(Chosen(tmp_path, panel=simulation.panel, key=key))
        by_node = list_node(Chosen(tmp_path, node=simulation.configs[0]))
        key.write_text("ptlc_wrong")
        with pytest.raises(Refused) as refused:
            list_panel(Chosen(tmp_path, panel=simulation.panel, key=key))

    assert {one.uuid for one in by_panel} == {one.uuid for one in by_node}
    assert {one.egg for one in by_panel} == {"Paper"}
    assert "ptlc_wrong" not in str(refused.value)


def test_a_panel_that_is_not_there_is_weather(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("ptlc_key")
    with pytest.raises(Weather):
        list_panel(Chosen(tmp_path, panel="http://127.0.0.1:9", key=key))


def test_what_is_no_config_of_wings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.yml"
    path.write_text("[]")
    with pytest.raises(Refused, match=r"config\.yml"):
        list_node(Chosen(tmp_path, node=path))
