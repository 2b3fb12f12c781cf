"""What tests of transfers share."""

from __future__ import annotations

from random import Random
from typing import Any

from automaton.simulator.wings.node import Node
from tests.simulator.stage import KEY, PANEL, Stage


def another_node(stage: Stage) -> Node:
    """Where a server may go."""
    return Node(
        name="node-2",
        uuid="22222222-0000-4000-8000-000000000002",
        token=KEY,
        remote=PANEL,
        schedule=stage.schedule,
        chance=Random(9),
        generation=stage.node.generation,
    )


def words(events: list[dict[str, Any]]) -> list[str]:
    """The steps of a transfer that were told, in order."""
    return [event["args"][0] for event in events if event["event"] == "transfer status"]
