from __future__ import annotations

from automaton.simulator.wings.generation import G7
from automaton.simulator.wings.transfer import Transfer
from tests.simulator.moves import another_node, words
from tests.simulator.stage import UUID, Stage


def test_the_oldest_have_other_words_for_a_transfer() -> None:
    stage = Stage(generation=G7)
    caller = stage.listener()

    Transfer(stage.node, another_node(stage), stage.server, seconds=20.0, fails=False)
    stage.wait(21)

    assert words(caller.heard()) == ["starting", "archived", "success"]


def test_a_transfer_leads_to_the_other_node_and_away_from_this_one() -> None:
    stage = Stage()
    stage.run()
    target = another_node(stage)

    Transfer(stage.node, target, stage.server, seconds=20.0, fails=False)
    causes: list[str] = []
    stage.server.power.request("kill", "test", causes.append)
    early = UUID in target.servers
    stage.wait(21)

    assert (causes, early) == (["server is currently being transferred"], False)
    assert (stage.caller().status, target.servers[UUID].state, target.servers[UUID].is_busy) == (
        404,
        "offline",
        False,
    )


def test_a_transfer_that_fails_leaves_the_server_where_it_is() -> None:
    stage = Stage()
    caller, target = stage.listener(), another_node(stage)

    Transfer(stage.node, target, stage.server, seconds=20.0, fails=True)
    stage.wait(21)

    assert words(caller.heard()) == ["pending", "processing", "failure"]
    assert (UUID in target.servers, stage.server.is_busy, stage.caller().status) == (False, False, 101)
