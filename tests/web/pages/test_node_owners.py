"""Who owns which node: asked of our own member, and kept while nobody answers."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
import pytest

from automaton.web.http_json import write_json
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.node_owners import NodeOwner, NodeOwners, owners_in
from automaton.web.routes.cluster import ClusterView, ShardRow

pytestmark = pytest.mark.anyio

VIEW = ClusterView(
    name="hosting", me="m-a", generation=1, members=[],
    shards=[
        ShardRow(shard="fleet", owner="m-a", epoch=2),
        ShardRow(shard="channel:ops", owner="m-b", epoch=2),
        ShardRow(shard="node:eu-1", owner="m-b", epoch=4, state="taken", acts_in=30.0, why="it waits"),
        ShardRow(shard="node:a:b", state="unowned", epoch=1, why="nobody has claimed it yet"),
    ],
)  # fmt: skip


def test_nodes_are_known_by_their_names_and_nothing_else_is_a_node() -> None:
    assert owners_in(VIEW) == {
        "eu-1": NodeOwner("m-b", "taken", 4, 30.0, "it waits"),
        "a:b": NodeOwner("", "unowned", 1, None, "nobody has claimed it yet"),
    }


def test_seconds_that_pass_make_no_other_owner() -> None:
    assert NodeOwner("m-b", "taken", 4, 30.0, "30 s") == NodeOwner("m-b", "taken", 4, 28.0, "28 s")
    assert NodeOwner("m-b", "taken", 4, 1.0) != NodeOwner("m-b", "owned", 4)
    assert NodeOwner("m-b", "owned", 4) != NodeOwner("m-b", "owned", 5)


def test_why_nothing_is_done_there_is_told_in_few_words() -> None:
    owners = (NodeOwner("", "unowned", 4), NodeOwner("m-b", "taken", 4, 1.0), NodeOwner("m-b", "owned", 4))

    assert [one.trouble for one in owners] == ["no member owns its node", "not acting yet", ""]


async def test_what_was_told_last_stays_while_nobody_answers() -> None:
    answers = [httpx.Response(200, content=write_json(VIEW)), httpx.Response(503, json={"problem": "no"})]
    taken: list[Mapping[str, NodeOwner]] = []
    control = ControlClient(httpx.MockTransport(lambda _: answers.pop(0)))
    owners = NodeOwners(control, taken.append)

    await owners.look()
    await owners.look()
    await control.aclose()

    assert taken == [owners_in(VIEW)]
