"""What messages call a server, and how an incident stands, asked of a whole daemon."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.core.targets.rule_state import RuleState
from automaton.daemon.message_surroundings import MessageIncidents, MessageLabels
from automaton.daemon.services.inspector import Inspector
from automaton.delivery.surroundings import IncidentStatus, ServerLabel
from tests.daemon.asking import LOBBY, asking, open_down

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_a_server_has_its_name_its_node_and_its_page(tmp_path: Path) -> None:
    async with asking(tmp_path) as (_, daemon):
        labels = MessageLabels(
            daemon.active, daemon.host.inspector, daemon.name_of, daemon.connections.pool.panel_of
        )
        found = [labels.find(key) for key in (LOBBY, "node:node-1", "fleet", "nobody")]

    assert found == [
        ServerLabel("lobby", "node-1", "http://panel.test/server/aaaaaaaa"),
        ServerLabel("node-1", "node-1"),
        ServerLabel("the fleet"),
        ServerLabel("nobody"),
    ]


async def test_an_incident_is_open_acknowledged_over_or_another(tmp_path: Path) -> None:
    async with asking(tmp_path) as (watch, daemon):
        incidents = MessageIncidents(daemon.host.inspector)
        await open_down(watch)
        (state,) = [one for one in daemon.host.inspector.open() if one.rule.id == "down"]
        assert state.incident is not None
        ref = f"down/{LOBBY}/{state.incident.number}"
        going, another = incidents.status(ref), incidents.status(f"down/{LOBBY}/999")
        await daemon.host.incidents.acknowledge("down", LOBBY, "uid 0")
        await watch.seconds(1)
        acked = incidents.status(ref)

    assert going == IncidentStatus(is_open=True)
    assert acked == IncidentStatus(is_open=True, is_acked=True)
    assert another == IncidentStatus(is_open=False)


def test_after_a_start_an_incident_of_a_server_that_is_not_listed_yet_counts_as_open() -> None:
    class Remembers(Inspector):
        def __init__(self) -> None:
            pass

        def find(self, rule: str, key: str) -> None:
            return None

        def under(self, rule: str, server: str) -> Iterator[RuleState]:
            return iter(())

        def is_awaited(self, key: str) -> bool:
            return key == LOBBY

    incidents = MessageIncidents(Remembers())

    assert incidents.status(f"down/{LOBBY}/1") == IncidentStatus(is_open=True, is_awaited=True)
    assert incidents.status("down/another/1") == IncidentStatus(is_open=False)
