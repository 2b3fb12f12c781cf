"""Wings' own HTTP API, over the bytes of a connection."""

from __future__ import annotations

import json

import pytest

from tests.simulator.caller import ask
from tests.simulator.stage import KEY, OTHER_UUID, UUID, Stage

BEARER = (("Authorization", f"Bearer {KEY}"),)
SERVER = f"/api/servers/{UUID}"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ((), 401),
        ((("Authorization", "Basic x"),), 401),
        ((("Authorization", "Bearer x"),), 403),
        (BEARER, 200),
    ],
)
def test_only_the_nodes_token_is_let_in(headers: tuple[tuple[str, str], ...], status: int) -> None:
    assert ask(Stage().node, "GET", "/api/servers", headers=headers)[0] == status


def test_all_servers_are_listed_with_their_state_and_utilization() -> None:
    stage = Stage()
    stage.run()

    _, _, body = ask(stage.node, "GET", "/api/servers", headers=BEARER)

    listed = {s["configuration"]["uuid"]: s for s in json.loads(body)}
    assert {uuid: s["state"] for uuid, s in listed.items()} == {UUID: "running", OTHER_UUID: "offline"}
    assert listed[UUID]["utilization"]["memory_limit_bytes"] == 294_400_000
    assert listed[UUID]["configuration"]["meta"]["name"] == "toy"


def test_one_server_is_shown_and_an_unknown_one_is_not_found() -> None:
    stage = Stage()

    assert json.loads(ask(stage.node, "GET", SERVER, headers=BEARER)[2])["state"] == "offline"
    assert ask(stage.node, "GET", "/api/servers/nowhere", headers=BEARER)[0] == 404
    assert ask(stage.node, "GET", f"{SERVER}/nothing", headers=BEARER)[0] == 404


def test_power_is_answered_before_it_is_done_and_waits_for_the_lock() -> None:
    stage = Stage()

    answers = [
        ask(
            stage.node,
            "POST",
            f"{SERVER}/power",
            headers=BEARER,
            body=json.dumps({"action": action}).encode(),
        )[0]
        for action in ("start", "stop", "explode")
    ]
    stage.wait(10)

    assert answers == [202, 202, 422]
    assert [e.detail for e in stage.node.log.entries("state")] == ["starting", "stopping", "offline"]


def test_commands_are_typed_in_order_while_it_runs_and_refused_while_it_does_not() -> None:
    stage = Stage()
    body = b'{"commands": ["one", "two"]}'

    offline = ask(stage.node, "POST", f"{SERVER}/commands", headers=BEARER, body=body)[0]
    stage.run()
    running = ask(stage.node, "POST", f"{SERVER}/commands", headers=BEARER, body=body)[0]

    assert (offline, running) == (502, 204)
    assert [(e.detail, e.by) for e in stage.node.log.entries("command")] == [
        ("one", "wings api"),
        ("two", "wings api"),
    ]


def test_a_reinstallation_stops_what_runs_and_is_refused_while_a_power_action_goes_on() -> None:
    stage = Stage()
    stage.run()

    taken = ask(stage.node, "POST", f"{SERVER}/reinstall", headers=BEARER)[0]
    stage.wait(5)
    during = (stage.server.state, stage.server.installing)
    stage.wait(10)
    stage.server.power.request("start", "test", lambda cause: None)
    refused, _, body = ask(stage.node, "POST", f"{SERVER}/reinstall", headers=BEARER)

    assert (taken, during) == (202, ("offline", True))
    assert (refused, "another power action is running" in body.decode()) == (409, True)


def test_the_log_is_told_without_a_websocket() -> None:
    stage = Stage()
    stage.run()

    _, _, body = ask(stage.node, "GET", f"{SERVER}/logs?size=100", headers=BEARER)

    assert json.loads(body)["data"][-1] == 'Done (1.234s)! For help, type "help"'


def test_a_body_that_is_no_json_does_no_harm() -> None:
    stage = Stage()

    assert ask(stage.node, "POST", f"{SERVER}/power", headers=BEARER, body=b"\xff{")[0] == 422
