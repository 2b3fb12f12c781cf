"""What messages call a server, and how an incident stands, asked of a whole daemon."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.core.calls import SendMessage
from automaton.core.targets.rule_state import RuleState
from automaton.daemon.message_surroundings import MessageIncidents, MessageLabels
from automaton.daemon.services.inspector import Inspector
from automaton.delivery.surroundings import IncidentStatus, ServerLabel
from tests.core.story import Story
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


class Unsearched(Inspector):
    """Fails where all that was ever judged at a server is looked at."""

    def states_at(self, key: str) -> list[RuleState]:
        raise AssertionError(f"ten thousand states may stand at {key}")


def test_an_incident_is_found_without_a_look_at_those_of_other_values() -> None:
    """Strangers choose the values, and one message may ask for a thousand incidents."""
    story = Story(r"""
      rules:
        - id: each
          by: [it.who]
          when: {console: '^(?P<who>\w+) came'}
          until: {console: '^all left'}
          do: [{notify: ops, text: x}]
    """)
    story.line(1, "Ann came").line(2, "Bob came")
    calls = [asked.call for one in story.decisions for asked in one.calls]
    refs = [call.ref for call in calls if isinstance(call, SendMessage)]
    incidents = MessageIncidents(Unsearched(story.engine))
    going = [incidents.status(ref).is_open for ref in refs]
    story.line(3, "all left")

    assert going == [True, True]
    assert [incidents.status(ref).is_open for ref in refs] == [False, False]


def test_after_a_start_an_incident_of_a_server_that_is_not_listed_yet_counts_as_open() -> None:
    class Remembers(Inspector):
        def __init__(self) -> None:
            pass

        def numbered(self, rule: str, key: str, number: int) -> None:
            return None

        def is_awaited(self, key: str) -> bool:
            return key == LOBBY

    incidents = MessageIncidents(Remembers())

    assert incidents.status(f"down/{LOBBY}/1") == IncidentStatus(is_open=True, is_awaited=True)
    assert incidents.status("down/another/1") == IncidentStatus(is_open=False)
