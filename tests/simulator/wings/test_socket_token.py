from __future__ import annotations

import pytest

from automaton.simulator.wings.outbound_frame import OutboundFrame
from automaton.simulator.wings.socket_token import SocketToken
from automaton.simulator.wings.token_check import EXPIRED, MISMATCH, NO_TOKEN
from tests.simulator.stage import OTHER_UUID, Stage

LINE = OutboundFrame("console output", "hello")


def holding(stage: Stage, **claims: str) -> SocketToken:
    token = SocketToken(stage.node, stage.server)
    token.claims = token.verified(stage.token(**claims))
    return token


def seen(token: SocketToken, permission: str | None = None) -> tuple[str, ...] | None:
    frame = token.seen(LINE, permission)
    return None if frame is None else (frame.name, *frame.args)


def test_a_good_token_sees_what_it_may_and_nothing_else() -> None:
    token = holding(Stage())

    assert seen(token) == ("console output", "hello")
    assert seen(token, "backup.read") == ("console output", "hello")
    assert seen(token, "admin.websocket.install") is None


@pytest.mark.parametrize("permission", [None, "admin.websocket.install"])
def test_an_expired_token_sees_an_error_in_place_of_every_event(permission: str | None) -> None:
    token = holding(Stage())
    token.expire()

    assert seen(token, permission) == ("jwt error", EXPIRED)


def test_without_a_token_or_with_that_of_another_server_there_are_errors_too() -> None:
    stage = Stage()
    none, other = SocketToken(stage.node, stage.server), holding(stage, server_uuid=OTHER_UUID)

    assert (seen(none), none.user, none.jti) == (("jwt error", NO_TOKEN), "", "")
    assert seen(other) == ("jwt error", MISMATCH)
