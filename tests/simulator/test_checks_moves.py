"""Checks 48 to 50: servers that move, go and are suspended."""

from __future__ import annotations

import pytest

from automaton.simulator.wings.generation import GENERATIONS, Generation
from automaton.simulator.wings.transfer import Transfer
from tests.simulator.caller import ask
from tests.simulator.generations import EVERY, NEWER, ONLY_G11
from tests.simulator.moves import another_node, words
from tests.simulator.stage import ADMIN, KEY, UUID, Stage

BEARER = (("Authorization", f"Bearer {KEY}"),)


def delete(stage: Stage) -> int:
    return ask(stage.node, "DELETE", f"/api/servers/{UUID}", headers=BEARER)[0]


@EVERY
def test_check_48_a_transfer_is_told_to_all_and_its_log_to_admins(generation: Generation) -> None:
    stage = Stage(generation=generation)
    owner, admin = stage.listener(), stage.listener(permissions=list(ADMIN))

    Transfer(stage.node, another_node(stage), stage.server, seconds=20.0, fails=False)
    stage.wait(15)
    heard, logs = owner.heard(), [e["args"][0] for e in admin.heard() if e["event"] == "transfer logs"]

    assert (words(heard), [e for e in heard if e["event"] == "transfer logs"]) == (
        ["pending", "processing"],
        [],
    )
    assert len(logs) == 2
    assert all("[Transfer System] [Source Node]:" in line for line in logs)


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
    zombies = [caller for caller in callers if not caller.connection.closed]
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
