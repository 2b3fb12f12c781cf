"""Checks 1 to 7: the upgrade."""

from __future__ import annotations

import json

import pytest

from automaton.simulator.caller import ask
from tests.simulator.stage import OTHER_UUID, PANEL, UUID, Stage


def test_check_01_an_upgrade_with_no_origin_is_forbidden() -> None:
    caller = Stage().caller(origin=None)

    line, _, rest = caller.body.partition(b"\n")
    assert (caller.status, caller.headers["content-type"].split(";")[0], line) == (
        403,
        "text/plain",
        b"Forbidden",
    )
    assert set(json.loads(rest)) == {"error", "request_id"}


@pytest.mark.parametrize(
    "origin", [f"{PANEL}/", "http://Panel.test", f"{PANEL}:8443", "https://panel.test", "null"]
)
def test_check_02_any_other_origin_is_forbidden(origin: str) -> None:
    assert Stage().caller(origin=origin).status == 403


@pytest.mark.parametrize("allowed", ["http://allowed.example", "*"])
def test_check_02_an_allowed_origin_and_a_star_are_let_in(allowed: str) -> None:
    assert Stage(allowed=(allowed,)).caller(origin="http://allowed.example").status == 101


@pytest.mark.parametrize("name", ["cccccccc-0000-4000-8000-00000000000c", UUID[:8], UUID.upper()])
def test_check_03_only_the_full_lower_case_uuid_is_found(name: str) -> None:
    caller = Stage().caller(name)

    assert caller.status == 404
    assert json.loads(caller.body) == {"error": "The requested resource does not exist on this instance."}


def test_check_04_a_plain_get_is_a_bad_request() -> None:
    status, headers, body = ask(Stage().node, "GET", f"/api/servers/{UUID}/ws", headers=(("Origin", PANEL),))

    assert (status, headers["content-type"].split(";")[0]) == (400, "text/plain")
    assert body.startswith(b'Bad Request\n{"error":')


def test_check_05_the_31st_socket_of_a_server_is_refused_until_one_closes() -> None:
    stage = Stage()
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


def test_check_06_compression_is_accepted_without_context_takeover() -> None:
    stage = Stage()
    packed = stage.caller(deflate=True)
    plain = stage.caller()

    packed.say("auth", stage.token())
    plain.say("auth", stage.token())

    assert packed.headers["sec-websocket-extensions"] == (
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    )
    assert "sec-websocket-extensions" not in plain.headers
    assert packed.heard() == plain.heard()


def test_check_07_a_suspended_server_is_closed_with_4409() -> None:
    stage = Stage()
    stage.server.suspended = True

    caller = stage.caller()

    assert (caller.status, caller.heard(), caller.close) == (101, [], (4409, "server is suspended"))
    assert caller.wire.closed
