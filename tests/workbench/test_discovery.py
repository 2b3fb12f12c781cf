"""The servers are listed once, by a Panel's key or a node's own file; nobody's secret is in a message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from automaton.errors import Refused, Weather
from automaton.panel.http_status import NO_SUCH_API
from automaton.simulator.serve import simulated
from automaton.workbench.discovery import KEY_REFUSED, discover_node, discover_panel, try_panel
from automaton.workbench.init_choices import InitChoices


def test_a_panel_and_a_node_list_the_same_servers(tmp_path: Path) -> None:
    key = tmp_path / "key"
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(simulated(servers=2, chatter=0.0)) as simulation,
    ):
        key.write_text(simulation.key + "\n")
        by_panel = discover_panel(InitChoices(tmp_path, panel=simulation.panel, key=key))
        by_node = discover_node(InitChoices(tmp_path, node=simulation.configs[0]))
        moved = tmp_path / "moved.yml"
        moved.write_text(re.sub(r"port: \d+", "port: 9", simulation.configs[0].read_text()))
        where = simulation.world.nodes[0].url
        by_address = discover_node(InitChoices(tmp_path, node=moved, address=where))
        key.write_text("ptlc_wrong")
        with pytest.raises(Refused) as refused:
            discover_panel(InitChoices(tmp_path, panel=simulation.panel, key=key))
        try_panel(InitChoices(tmp_path, panel=simulation.panel))
        with pytest.raises(Refused, match=NO_SUCH_API):
            try_panel(InitChoices(tmp_path, panel=f"{simulation.panel}/elsewhere"))
        with pytest.raises(Refused, match=f"plain http: try {simulation.panel}"):
            try_panel(InitChoices(tmp_path, panel=simulation.panel.replace("http://", "https://")))

    assert {one.uuid for one in by_panel} == {one.uuid for one in by_node}
    assert {one.uuid for one in by_address} == {one.uuid for one in by_node}
    assert {one.egg for one in by_panel} == {"Paper"}
    assert str(refused.value) == KEY_REFUSED


def test_a_panel_that_is_not_there_is_weather(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("ptlc_key")
    with pytest.raises(Weather):
        try_panel(InitChoices(tmp_path, panel="http://127.0.0.1:9"))
    with pytest.raises(Weather):
        discover_panel(InitChoices(tmp_path, panel="http://127.0.0.1:9", key=key))


def test_what_is_no_config_of_wings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.yml"
    path.write_text("[]")
    with pytest.raises(Refused, match=r"config\.yml"):
        discover_node(InitChoices(tmp_path, node=path))


@pytest.mark.parametrize("address", ["edge", "http://10.0.0.5:99999"])
def test_a_node_that_listens_nowhere_is_refused(tmp_path: Path, address: str) -> None:
    path = tmp_path / "config.yml"
    path.write_text("uuid: u\ntoken: t\nremote: https://panel.test\n")
    with pytest.raises(Refused, match="--address"):
        discover_node(InitChoices(tmp_path, node=path, address=address))


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_an_authority_that_is_none_is_refused(tmp_path: Path, text: str | None) -> None:
    key, authority = tmp_path / "key", tmp_path / "ca.pem"
    key.write_text("ptlc_key")
    if text is not None:
        authority.write_text(text)
    with pytest.raises(Refused, match=r"ca\.pem cannot be used"):
        discover_panel(InitChoices(tmp_path, panel="https://127.0.0.1:9", key=key, ca=authority))
