"""Checks 1 to 7: the upgrade."""

from __future__ import annotations

import json

import pytest

from automaton.simulator.wings.generation import Generation
from tests.simulator.caller import ask
from tests.simulator.generations import EVERY, NEWER, NEWER_BUT_N_DEV, ONLY_N_DEV
from tests.simulator.stage import OTHER_UUID, PANEL, UUID, Stage


@EVERY
def test_check_01_an_upgrade_with_no_origin_is_forbidden(generation: Generation) -> None:
    caller = Stage(generation=generation).caller(origin=None)

    line, _, rest = caller.body.partition(b"\n")
    assert (caller.status, caller.headers["content-type"].split(";")[0], line) == (
        403,
        "text/plain",
        b"Forbidden",
    )
    assert set(json.loads(rest)) == {"error", "request_id"}


@EVERY
@pytest.mark.parametrize(
    "origin", [f"{PANEL}/", "http://Panel.test", f"{PANEL}:8443", "https://panel.test", "null"]
)
def test_check_02_any_other_origin_is_forbidden(generation: Generation, origin: str) -> None:
    assert Stage(generation=generation).caller(origin=origin).status == 403


@EVERY
@pytest.mark.parametrize("allowed", ["http://allowed.example", "*"])
def test_check_02_an_allowed_origin_and_a_star_are_let_in(generation: Generation, allowed: str) -> None:
    assert (
        Stage(generation=generation, allowed=(allowed,)).caller(origin="http://allowed.example").status == 101
    )


@EVERY
@pytest.mark.parametrize("name", ["cccccccc-0000-4000-8000-00000000000c", UUID[:8], UUID.upper()])
def test_check_03_only_the_full_lower_case_uuid_is_found(generation: Generation, name: str) -> None:
    caller = Stage(generation=generation).caller(name)

    assert caller.status == 404
    assert json.loads(caller.body) == {"error": "The requested resource does not exist on this instance."}


@EVERY
def test_check_04_a_plain_get_is_a_bad_request(generation: Generation) -> None:
    status, headers, body = ask(
        Stage(generation=generation).node, "GET", f"/api/servers/{UUID}/ws", headers=(("Origin", PANEL),)
    )

    assert (status, headers["content-type"].split(";")[0]) == (400, "text/plain")
    assert body.startswith(b'Bad Request\n{"error":')


@NEWER_BUT_N_DEV
def test_check_05_the_31st_socket_of_a_server_is_refused_until_one_closes(generation: Generation) -> None:
    stage = Stage(generation=generation)
    callers = [stage.caller() for _ in range(30)]

    refused = stage.caller()
    elsewhere = stage.caller(OTHER_UUID)
    callers[0].leave()
    later = stage.caller()

    assert (refused.status, json.loads(refused.body)) == (
        400,
        {"error": "Too many open websocket connections."},
    )
    assert (elsewhere.status, later.status) == (101, 101)


@ONLY_N_DEV
def test_check_05_n_dev_counts_those_who_authenticated_and_drops_the_31st(generation: Generation) -> None:
    stage = Stage(generation=generation)
    for _ in range(40):
        stage.caller()
    for _ in range(30):
        stage.listener()

    caller = stage.caller()
    caller.say("auth", stage.token())

    assert (caller.status, caller.names(), caller.dropped) == (101, ["daemon error"], True)


@NEWER
def test_check_06_compression_is_accepted_without_context_takeover(generation: Generation) -> None:
    stage = Stage(generation=generation)
    packed = stage.caller(deflate=True)
    plain = stage.caller()

    packed.say("auth", stage.token())
    plain.say("auth", stage.token())

    assert packed.headers["sec-websocket-extensions"] == (
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    )
    assert "sec-websocket-extensions" not in plain.headers
    assert packed.heard() == plain.heard()


@NEWER
def test_check_07_a_suspended_server_is_closed_with_4409(generation: Generation) -> None:
    stage = Stage(generation=generation)
    stage.server.suspended = True

    caller = stage.caller()

    assert (caller.status, caller.heard(), caller.close) == (101, [], (4409, "server is suspended"))
    assert caller.connection.closed
