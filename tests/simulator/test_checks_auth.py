"""Checks 8 to 22: authentication."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from typing import Any

import pytest

from automaton.simulator.wings.generation import G12_2, N_DEV, PELICAN, Generation
from automaton.simulator.wings.installation import install
from automaton.simulator.wings.transfer import Transfer
from tests.simulator.generations import BUT_N_DEV, EVERY, NEWER, OLDER, ONLY_N_DEV, SCOPED
from tests.simulator.moves import another_node
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


@EVERY
@pytest.mark.parametrize("event", ["send stats", "send logs", "set state", "send command", "nope"])
def test_check_08_anything_before_auth_is_answered_with_no_jwt_present(
    generation: Generation, event: str
) -> None:
    caller = Stage(generation=generation).caller()

    caller.say(event, "x")

    assert caller.heard() == [{"event": "jwt error", "args": ["jwt: no jwt present"]}]
    assert not caller.connection.closed


@EVERY
def test_check_09_a_first_auth_while_offline_gives_success_status_and_one_stats(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)
    caller = stage.caller()

    caller.say("auth", stage.token())
    success, status, stats = caller.heard()

    assert (success, status) == ({"event": "auth success"}, {"event": "status", "args": ["offline"]})
    extra = {"disk_io": {"read_bytes": 0, "write_bytes": 0}} if generation is PELICAN else {}
    assert {**json.loads(stats["args"][0]), "disk_bytes": 0} == {**ZEROS, "disk_bytes": 0, **extra}
    caller.wait(10)
    assert caller.heard() == []


@EVERY
def test_check_10_a_first_auth_while_running_gives_no_stats_until_the_next_second_brings_one(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.caller()

    caller.say("auth", stage.token())

    assert caller.heard() == [{"event": "auth success"}, {"event": "status", "args": ["running"]}]
    caller.wait(1.0)
    assert caller.names() == ["stats"]


@EVERY
def test_check_11_a_first_auth_while_installing_gives_no_stats(generation: Generation) -> None:
    stage = Stage(generation=generation)
    install(stage.server, [(2.0, "step")])

    assert [name for name, _ in answers(stage, stage.token())] == ["auth success", "status"]


@EVERY
def test_check_11_a_first_auth_while_transferring_gives_no_stats(generation: Generation) -> None:
    stage = Stage(generation=generation)
    Transfer(stage.node, another_node(stage), stage.server, seconds=60.0, fails=False)

    assert [name for name, _ in answers(stage, stage.token())] == ["auth success", "status"]


@EVERY
def test_check_12_a_second_auth_is_answered_with_success_alone_and_lines_are_not_doubled(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)
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


@EVERY
@pytest.mark.parametrize("token", ["abc", "", "a.b", "a.b.c", "Bearer x.y.z"])
def test_check_13_what_is_no_token_gives_a_generic_daemon_error(generation: Generation, token: str) -> None:
    assert answers(Stage(generation=generation), token) == [("daemon error", f"prefixed {GENERIC}")]


@EVERY
def test_check_13_a_wrong_signature_gives_a_generic_daemon_error(generation: Generation) -> None:
    stage = Stage(generation=generation)

    assert answers(stage, stage.token(key="x" * 64)) == [("daemon error", f"prefixed {GENERIC}")]


def test_an_admin_who_was_let_in_before_is_told_what_is_wrong_with_a_later_token() -> None:
    stage = Stage()
    caller = stage.listener(permissions=list(ADMIN))

    caller.say("auth", stage.token(key="x" * 64))
    caller.wait(6)
    caller.say("auth", "abc")

    texts = [ERROR.fullmatch(event["args"][0]) for event in caller.heard()]
    assert [text and text[1] for text in texts] == ["jwt: HMAC verification failed", "jwt: malformed token"]


def refused(generation: Generation, changes: dict[str, int | None]) -> list[tuple[str, str]]:
    """The answers to a good token with changed times, in seconds from now; None leaves a claim out."""
    stage = Stage(generation=generation)
    moments: dict[str, Any] = {
        name: None if seconds is None else stage.wall + seconds for name, seconds in changes.items()
    }
    return answers(stage, stage.token(**moments))


@EVERY
@pytest.mark.parametrize("exp", [-1, None])
def test_check_14_an_expired_token_gives_a_prefixed_jwt_error(
    generation: Generation, exp: int | None
) -> None:
    assert refused(generation, {"exp": exp}) == [("jwt error", f"prefixed {EXPIRED}")]


@EVERY
@pytest.mark.parametrize("iat", [-3601, None])
def test_check_15_a_token_older_than_the_daemon_gives_a_prefixed_jwt_error(
    generation: Generation, iat: int | None
) -> None:
    assert refused(generation, {"iat": iat}) == [("jwt error", f"prefixed {DENIED}")]


@pytest.mark.parametrize(("generation", "is_refused"), [(G12_2, False), (N_DEV, True), (PELICAN, True)])
def test_check_15_the_newest_want_a_token_younger_than_the_daemon(
    generation: Generation, is_refused: bool
) -> None:
    """The daemon was started exactly an hour ago."""
    assert (refused(generation, {"iat": -3600})[0][0] == "jwt error") is is_refused


@pytest.mark.parametrize("generation", [N_DEV, PELICAN], ids=lambda generation: generation.name)
@pytest.mark.parametrize("claim", ["server_uuid", "user_uuid"])
def test_check_15_the_newest_refuse_a_token_of_nobody_or_for_nothing(
    generation: Generation, claim: str
) -> None:
    stage = Stage(generation=generation)

    changes: dict[str, Any] = {claim: ""}

    assert answers(stage, stage.token(**changes)) == [("jwt error", f"prefixed {DENIED}")]


@EVERY
@pytest.mark.parametrize("permissions", [["control.console"], None])
def test_check_16_without_websocket_connect_a_token_gives_a_prefixed_jwt_error(
    generation: Generation, permissions: list[str] | None
) -> None:
    stage = Stage(generation=generation)

    assert answers(stage, stage.token(permissions=permissions)) == [("jwt error", f"prefixed {NO_CONNECT}")]


@SCOPED
@pytest.mark.parametrize("scope", [None, "files"])
def test_check_16_without_the_scope_a_token_gives_the_same_words(
    generation: Generation, scope: str | None
) -> None:
    stage = Stage(generation=generation)

    assert answers(stage, stage.token(scope=scope)) == [("jwt error", f"prefixed {NO_CONNECT}")]


@OLDER
def test_check_16_older_ones_do_not_ask_for_a_scope(generation: Generation) -> None:
    stage = Stage(generation=generation)

    assert answers(stage, stage.token(scope=None))[0] == ("auth success", "")


def test_a_token_still_passes_in_the_very_second_of_its_expiry() -> None:
    stage = Stage()

    assert answers(stage, stage.token(exp=stage.wall))[0] == ("auth success", "")


@EVERY
@pytest.mark.parametrize("claim", ["exp", "iat"])
def test_check_17_a_fractional_time_gives_a_generic_daemon_error(generation: Generation, claim: str) -> None:
    stage = Stage(generation=generation)

    changes: dict[str, Any] = {claim: stage.wall + 60.25}

    assert answers(stage, stage.token(**changes)) == [("daemon error", f"prefixed {GENERIC}")]


@EVERY
@pytest.mark.parametrize(
    "changes",
    [{"nbf": 9_000_000_000}, {"iat": 9_000_000_000}, {"aud": "elsewhere"}, {"iss": "http://foreign.test"}],
)
def test_check_18_what_wings_does_not_verify_is_accepted(
    generation: Generation, changes: dict[str, Any]
) -> None:
    stage = Stage(generation=generation)

    assert answers(stage, stage.token(**changes))[0] == ("auth success", "")


@EVERY
def test_check_18_the_algorithm_in_the_header_is_not_looked_at(generation: Generation) -> None:
    stage = Stage(generation=generation)
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, stage.claims())]
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = hmac.new(KEY.encode(), signed, hashlib.sha256).digest()
    token = (signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()

    assert answers(stage, token)[0] == ("auth success", "")


@BUT_N_DEV
def test_check_19_a_token_of_another_server_is_let_in_and_then_gets_errors_in_place_of_everything(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)

    assert answers(stage, stage.token(server_uuid=OTHER_UUID)) == [
        ("auth success", ""),
        ("jwt error", "jwt: server uuid mismatch"),
        ("jwt error", "jwt: server uuid mismatch"),
    ]


@ONLY_N_DEV
def test_check_19_n_dev_refuses_a_token_of_another_server_and_keeps_the_old_one(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)
    caller = stage.listener()

    caller.say("auth", stage.token(server_uuid=OTHER_UUID))
    (refusal,) = caller.heard()
    caller.say("send stats")

    assert refusal["event"] == "jwt error"
    assert refusal["args"][0].endswith("]: jwt: server uuid mismatch")
    assert caller.names() == ["stats"]


@EVERY
def test_check_20_a_good_auth_after_a_failed_one_is_a_first_auth(generation: Generation) -> None:
    stage = Stage(generation=generation)
    caller = stage.caller()

    caller.say("auth", "abc")
    caller.say("auth", stage.token())

    assert caller.names() == ["daemon error", "auth success", "status", "stats"]


@NEWER
def test_check_21_the_third_auth_within_five_seconds_is_throttled_once(generation: Generation) -> None:
    stage = Stage(generation=generation)
    caller = stage.listener()
    caller.say("auth", stage.token())
    caller.heard()

    for _ in range(3):
        caller.say("auth", stage.token())

    assert caller.heard() == [{"event": "throttled", "args": ["auth"]}]


@BUT_N_DEV
def test_check_22_an_unauthenticated_socket_stays_open(generation: Generation) -> None:
    caller = Stage(generation=generation).caller()

    caller.wait(65)
    caller.say("send stats")

    assert caller.names() == ["jwt error"]
    assert not caller.connection.closed


@ONLY_N_DEV
def test_check_22_n_dev_drops_who_does_not_authenticate_within_30_seconds(generation: Generation) -> None:
    stage = Stage(generation=generation)
    late, in_time = stage.caller(), stage.caller()
    late.say("auth", "abc")
    in_time.wait(29)
    still_open = not late.dropped

    in_time.say("auth", stage.token())
    in_time.wait(60)

    assert (still_open, late.dropped, in_time.dropped) == (True, True, False)
