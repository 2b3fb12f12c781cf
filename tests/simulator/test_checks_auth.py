"""Checks 8 to 22: authentication."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from typing import Any

import pytest

from automaton.simulator.install import install
from tests.simulator.stage import ADMIN, GENERIC, KEY, OTHER_UUID, Stage, console

ERROR = re.compile(
    r"Error Event \[[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\]: (.*)"
)
EXPIRED = "jwt: exp claim is invalid"
DENIED = "jwt: created too far in past (denylist)"
NO_CONNECT = "jwt: missing connect permission"
ZEROS = {
    "memory_bytes": 0,
    "memory_limit_bytes": 0,
    "cpu_absolute": 0,
    "network": {"rx_bytes": 0, "tx_bytes": 0},
    "uptime": 0,
    "state": "offline",
}


def answers(stage: Stage, token: str) -> list[tuple[str, str]]:
    """What a first auth with this token is answered with: names, and texts without their error's number."""
    caller = stage.caller()
    caller.say("auth", token)
    found = []
    for event in caller.heard():
        text = event.get("args", [""])[0]
        prefixed = ERROR.fullmatch(text)
        found.append((event["event"], f"prefixed {prefixed[1]}" if prefixed else text))
    return found


@pytest.mark.parametrize("event", ["send stats", "send logs", "set state", "send command", "nope"])
def test_check_08_anything_before_auth_is_answered_with_no_jwt_present(event: str) -> None:
    caller = Stage().caller()

    caller.say(event, "x")

    assert caller.heard() == [{"event": "jwt error", "args": ["jwt: no jwt present"]}]
    assert not caller.wire.closed


def test_check_09_a_first_auth_while_offline_gives_success_status_and_one_stats() -> None:
    stage = Stage()
    caller = stage.caller()

    caller.say("auth", stage.token())
    success, status, stats = caller.heard()

    assert (success, status) == ({"event": "auth success"}, {"event": "status", "args": ["offline"]})
    assert {**json.loads(stats["args"][0]), "disk_bytes": 0} == {**ZEROS, "disk_bytes": 0}
    caller.wait(10)
    assert caller.heard() == []


def test_check_10_a_first_auth_while_running_gives_no_stats_until_the_next_second_brings_one() -> None:
    stage = Stage()
    stage.run()
    caller = stage.caller()

    caller.say("auth", stage.token())

    assert caller.heard() == [{"event": "auth success"}, {"event": "status", "args": ["running"]}]
    caller.wait(1.0)
    assert caller.names() == ["stats"]


def test_check_11_a_first_auth_while_installing_gives_no_stats() -> None:
    stage = Stage()
    install(stage.server, [(2.0, "step")])

    assert [name for name, _ in answers(stage, stage.token())] == ["auth success", "status"]


def test_check_12_a_second_auth_is_answered_with_success_alone_and_lines_are_not_doubled() -> None:
    stage = Stage()
    stage.run()
    caller = stage.listener()

    caller.say("auth", stage.token())

    assert caller.heard() == [{"event": "auth success"}]
    caller.say("send command", "hello")
    assert console(caller.heard()) == ["hello", "Unknown command: [hello]"]


def test_two_first_auths_in_flight_double_every_event() -> None:
    """Protocol 2.5: both see a new connection, and the listeners are registered twice."""
    stage = Stage()
    stage.run()
    caller = stage.caller()
    auth = json.dumps({"event": "auth", "args": [stage.token()]})

    caller.say_text(auth, auth)
    caller.heard()
    caller.say("send command", "hi")

    assert sorted(console(caller.heard())) == sorted(["hi", "Unknown command: [hi]"] * 2)


@pytest.mark.parametrize("token", ["abc", "", "a.b", "a.b.c", "Bearer x.y.z"])
def test_check_13_what_is_no_token_gives_a_generic_daemon_error(token: str) -> None:
    assert answers(Stage(), token) == [("daemon error", f"prefixed {GENERIC}")]


def test_check_13_a_wrong_signature_gives_a_generic_daemon_error() -> None:
    stage = Stage()

    assert answers(stage, stage.token(key="x" * 64)) == [("daemon error", f"prefixed {GENERIC}")]


def test_an_admin_who_was_let_in_before_is_told_what_is_wrong_with_a_later_token() -> None:
    stage = Stage()
    caller = stage.listener(permissions=list(ADMIN))

    caller.say("auth", stage.token(key="x" * 64))
    caller.wait(6)
    caller.say("auth", "abc")

    texts = [ERROR.fullmatch(event["args"][0]) for event in caller.heard()]
    assert [text and text[1] for text in texts] == ["jwt: HMAC verification failed", "jwt: malformed token"]


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"exp": -1}, EXPIRED),
        ({"exp": None}, EXPIRED),
        ({"iat": -3601}, DENIED),
        ({"iat": None}, DENIED),
        ({"permissions": ["control.console"]}, NO_CONNECT),
        ({"permissions": None}, NO_CONNECT),
        ({"scope": None}, NO_CONNECT),
        ({"scope": "files"}, NO_CONNECT),
    ],
)
def test_checks_14_to_16_a_token_that_may_not_be_used_gives_a_prefixed_jwt_error(
    changes: dict[str, Any], answer: str
) -> None:
    """Numbers are seconds from now."""
    stage = Stage()
    changes = {k: stage.wall + v if isinstance(v, int) else v for k, v in changes.items()}

    assert answers(stage, stage.token(**changes)) == [("jwt error", f"prefixed {answer}")]


def test_a_token_still_passes_in_the_very_second_of_its_expiry() -> None:
    stage = Stage()

    assert answers(stage, stage.token(exp=stage.wall))[0] == ("auth success", "")


@pytest.mark.parametrize("claim", ["exp", "iat"])
def test_check_17_a_fractional_time_gives_a_generic_daemon_error(claim: str) -> None:
    stage = Stage()

    changes: dict[str, Any] = {claim: stage.wall + 60.25}

    assert answers(stage, stage.token(**changes)) == [("daemon error", f"prefixed {GENERIC}")]


@pytest.mark.parametrize(
    "changes",
    [{"nbf": 9_000_000_000}, {"iat": 9_000_000_000}, {"aud": "elsewhere"}, {"iss": "http://foreign.test"}],
)
def test_check_18_what_wings_does_not_verify_is_accepted(changes: dict[str, Any]) -> None:
    stage = Stage()

    assert answers(stage, stage.token(**changes))[0] == ("auth success", "")


def test_check_18_the_algorithm_in_the_header_is_not_looked_at() -> None:
    stage = Stage()
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, stage.claims())]
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = hmac.new(KEY.encode(), signed, hashlib.sha256).digest()
    token = (signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()

    assert answers(stage, token)[0] == ("auth success", "")


def test_check_19_a_token_of_another_server_is_let_in_and_then_gets_errors_in_place_of_everything() -> None:
    stage = Stage()

    assert answers(stage, stage.token(server_uuid=OTHER_UUID)) == [
        ("auth success", ""),
        ("jwt error", "jwt: server uuid mismatch"),
        ("jwt error", "jwt: server uuid mismatch"),
    ]


def test_check_20_a_good_auth_after_a_failed_one_is_a_first_auth() -> None:
    stage = Stage()
    caller = stage.caller()

    caller.say("auth", "abc")
    caller.say("auth", stage.token())

    assert caller.names() == ["daemon error", "auth success", "status", "stats"]


def test_check_21_the_third_auth_within_five_seconds_is_throttled_once() -> None:
    stage = Stage()
    caller = stage.listener()
    caller.say("auth", stage.token())
    caller.heard()

    for _ in range(3):
        caller.say("auth", stage.token())

    assert caller.heard() == [{"event": "throttled", "args": ["auth"]}]


def test_check_22_an_unauthenticated_socket_stays_open() -> None:
    caller = Stage().caller()

    caller.wait(65)
    caller.say("send stats")

    assert caller.names() == ["jwt error"]
    assert not caller.wire.closed
