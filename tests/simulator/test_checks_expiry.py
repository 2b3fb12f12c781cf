"""Checks 23 to 28: tokens that run out or are taken back."""

from __future__ import annotations

import json

from automaton.simulator.wings.generation import Generation
from tests.simulator.caller import Caller, ask
from tests.simulator.generations import EVERY, NEWER_BUT_N_DEV, ONLY_G11, ONLY_N_DEV
from tests.simulator.stage import KEY, OTHER_UUID, USER, UUID, Stage, console

BEARER = (("Authorization", f"Bearer {KEY}"),)
EXPIRED = {"event": "jwt error", "args": ["jwt: exp claim is invalid"]}
DENIED = {"event": "jwt error", "args": ["jwt: created too far in past (denylist)"]}


def told_at(caller: Caller, seconds: int) -> list[tuple[int, str]]:
    """What is told in so many seconds, with the second at which it was."""
    found = []
    for second in range(1, seconds + 1):
        caller.wait(1.0)
        found += [(second, name) for name in caller.names()]
    return found


@EVERY
def test_check_23_a_token_that_runs_out_is_announced_twice_and_then_an_error_comes_each_30_seconds(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)
    caller = stage.listener(exp=stage.wall + 75)

    assert told_at(caller, 155) == [
        (30, "token expiring"),
        (60, "token expiring"),
        (90, "jwt error"),
        (120, "jwt error"),
        (150, "jwt error"),
    ]


@EVERY
def test_check_24_token_expired_comes_only_when_the_tick_falls_into_the_expiry_second(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)
    caller = stage.listener(exp=stage.wall + 30)

    assert told_at(caller, 95) == [(30, "token expired"), (60, "jwt error"), (90, "jwt error")]


@EVERY
def test_check_25_while_expired_each_event_is_replaced_by_one_error_and_never_sent_later(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)
    other = stage.listener()
    stage.run()
    caller = stage.listener(exp=stage.wall + 1)
    caller.wait(2)
    other.heard(), caller.heard()

    other.say("send command", "hello")
    caller.wait(3)

    assert caller.heard() == [EXPIRED] * len(other.heard())
    caller.say("auth", stage.token())
    assert caller.heard() == [{"event": "auth success"}]


@EVERY
def test_check_26_while_expired_a_command_is_refused_and_a_new_token_resumes_delivery(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)
    stage.run()
    caller = stage.listener(exp=stage.wall + 1)
    caller.wait(2.1)
    caller.heard()

    caller.say("send command", "lost")
    refused = caller.heard()
    caller.say("auth", stage.token())
    caller.say("send command", "kept")

    assert refused == [EXPIRED]
    assert console(caller.heard()) == ["kept", "Unknown command: [kept]"]
    assert [e.detail for e in stage.node.log.entries("command")] == ["kept"]


@EVERY
def test_check_27_a_denied_token_gives_errors_and_a_new_one_must_be_a_second_younger(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)
    caller = stage.listener()
    stage.wait(1.5)
    body = json.dumps({"jtis": ["d2f66701a279df4a5c21163f2d681d51"]}).encode()

    status, _, _ = ask(stage.node, "POST", f"/api/servers/{UUID}/ws/deny", headers=BEARER, body=body)
    caller.say("send stats")
    denied = caller.heard()
    caller.say("auth", stage.token())
    same_second = caller.heard()
    stage.wait(5)
    caller.say("auth", stage.token())

    assert status == 204
    assert denied == [DENIED]
    assert same_second[0]["args"][0].endswith("]: jwt: created too far in past (denylist)")
    assert caller.names() == ["auth success"]


@NEWER_BUT_N_DEV
def test_check_28_deauthorize_user_drops_all_sockets_of_the_named_server_with_no_close_frame(
    generation: Generation,
) -> None:
    stage = Stage(generation=generation)
    mine, unauthenticated = stage.listener(), stage.caller()
    other = stage.caller(OTHER_UUID)
    body = json.dumps({"user": "somebody-else", "servers": [UUID]}).encode()

    ask(stage.node, "POST", "/api/deauthorize-user", headers=BEARER, body=body)

    assert (mine.dropped, unauthenticated.dropped, other.dropped) == (True, True, False)


@NEWER_BUT_N_DEV
def test_check_28_an_empty_list_drops_the_sockets_of_all_servers(generation: Generation) -> None:
    stage = Stage(generation=generation)
    callers = [stage.caller(), stage.caller(OTHER_UUID)]

    ask(stage.node, "POST", "/api/deauthorize-user", headers=BEARER, body=b'{"user":"u","servers":[]}')

    assert [caller.dropped for caller in callers] == [True, True]


@ONLY_N_DEV
def test_check_28_n_dev_drops_the_sockets_of_that_user_alone(generation: Generation) -> None:
    stage = Stage(generation=generation)
    mine, unauthenticated = stage.listener(), stage.caller()
    theirs = stage.listener(user_uuid=OTHER_UUID)
    body = json.dumps({"user": USER, "servers": []}).encode()

    ask(stage.node, "POST", "/api/deauthorize-user", headers=BEARER, body=body)
    stage.wait(1.0)
    again = stage.caller()
    again.say("auth", stage.token(iat=stage.wall - 2))

    assert (mine.dropped, unauthenticated.dropped, theirs.dropped) == (True, False, False)
    assert again.names() == ["jwt error"]


@ONLY_G11
def test_g11_knows_no_deauthorize_user(generation: Generation) -> None:
    stage = Stage(generation=generation)
    caller = stage.listener()

    status, _, _ = ask(stage.node, "POST", "/api/deauthorize-user", headers=BEARER, body=b"{}")

    assert (status, caller.dropped) == (404, False)
