"""Checks 48 to 50: servers that move, go and are suspended; and what else ends their life on a node."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from automaton.simulator.caller import ask
from automaton.simulator.disk import EXCEEDED, fill
from automaton.simulator.generation import G7, GENERATIONS, Generation
from automaton.simulator.node import Node
from automaton.simulator.transfer import Transfer
from tests.simulator.generations import EVERY, NEWER, ONLY_G11
from tests.simulator.stage import ADMIN, KEY, PANEL, UUID, Stage, console, statuses

BEARER = (("Authorization", f"Bearer {KEY}"),)
WORDS = ["pending", "processing", "completed", "success"]


def another_node(stage: Stage) -> Node:
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
    return [event["args"][0] for event in events if event["event"] == "transfer status"]


def delete(stage: Stage) -> int:
    return ask(stage.node, "DELETE", f"/api/servers/{UUID}", headers=BEARER)[0]


@EVERY
def test_check_48_a_transfer_is_told_to_all_and_its_log_to_admins(generation: Generation) -> None:
    stage = Stage(generation=generation)
    owner, admin = stage.listener(), stage.listener(permissions=list(ADMIN))

    Transfer(stage.node, another_node(stage), stage.server, seconds=20.0, fails=False)
    stage.wait(15)
    heard, logs = owner.heard(), [e["args"][0] for e in admin.heard() if e["event"] == "transfer logs"]

    assert (words(heard), [e for e in heard if e["event"] == "transfer logs"]) == (WORDS[:2], [])
    assert len(logs) == 2
    assert all("[Transfer System] [Source Node]:" in line for line in logs)


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
    stage.server.power.ask("kill", "test", causes.append)
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


@ONLY_G11
def test_check_49_g11_says_goodbye_when_a_server_is_deleted(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()

    status = delete(stage)

    events = [event for event in caller.heard() if event["event"] == "deleted"]
    assert (status, events) == (204, [{"event": "deleted", "args": ["null"]}])
    assert caller.close == (1001, "server deleted")
    assert stage.caller().status == 404


@NEWER
def test_check_49_newer_ones_drop_the_sockets_of_a_deleted_server(generation: Generation) -> None:
    stage = Stage(generation=generation)
    caller, unauthenticated = stage.listener(), stage.caller()

    delete(stage)

    assert (caller.dropped, unauthenticated.dropped, stage.caller().status) == (True, True, 404)


def test_on_g11_a_socket_may_outlive_its_server_silent_but_for_stats() -> None:
    stage = Stage(generation=GENERATIONS["g11"])
    stage.run()
    callers = [stage.listener() for _ in range(60)]

    delete(stage)
    zombies = [caller for caller in callers if not caller.wire.closed]
    for caller in zombies:
        caller.heard()
    stage.wait(40)
    later = [caller.heard() for caller in zombies]
    zombies[0].say("send stats")

    assert 0 < len(zombies) < 20
    assert later == [[]] * len(zombies)
    assert zombies[0].names() == ["stats"]


@NEWER
@pytest.mark.parametrize("by", ["a message", "a sync with the Panel"])
def test_check_50_a_suspension_drops_an_open_socket(generation: Generation, by: str) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener()
    stage.server.suspended = True
    caller.wait(2.0)
    until_then = (caller.names(), caller.dropped)

    if by == "a message":
        caller.say("send stats")
    else:
        stage.server.suspend()

    assert until_then == (["stats", "stats"], False)
    assert caller.dropped


def test_a_full_disk_stops_the_server_and_forbids_a_start() -> None:
    stage = Stage(disk=512)
    stage.run()
    caller = stage.listener(permissions=list(ADMIN))

    fill(stage.server, 512 << 20)
    stage.wait(5)
    events = caller.heard()
    caller.say("set state", "start")
    caller.wait(1)
    refused = caller.heard()
    fill(stage.server, 100 << 20)
    caller.say("set state", "start")
    caller.wait(5)

    assert any(EXCEEDED in line for line in console(events))
    assert statuses(events) == ["stopping", "offline"]
    assert [e["args"][0].partition("]: ")[2] for e in refused if e["event"] == "daemon error"] == [
        "filesystem: not enough disk space"
    ]
    assert statuses(refused) == []
    assert statuses(caller.heard()) == ["starting", "running"]


def test_a_server_that_does_not_stop_for_a_full_disk_is_killed_after_a_minute() -> None:
    stage = Stage(disk=512)
    stage.run()
    caller = stage.listener()
    caller.say("send command", "hang")

    fill(stage.server, 600 << 20)
    stage.wait(59)
    before = stage.server.state
    stage.wait(2)

    assert (before, stage.server.state) == ("stopping", "offline")
