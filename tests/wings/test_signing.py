"""Tokens of our own: every claim that a Wings looks at, and no permission too many."""

from __future__ import annotations

import jwt as pyjwt

from automaton.core.moment import Moment
from automaton.secret import Secret
from automaton.wings.node_config import NodeConfig
from automaton.wings.signing import PERMISSIONS, signed, signed_until
from automaton.wings.token import read_token

CONFIG = NodeConfig("node", Secret("t" * 64), "https://panel.test", "http://127.0.0.1:8080")
NOW = Moment(5.0, 1_800_000_000.75)


def test_the_claims_are_those_that_wings_checks_in_whole_seconds() -> None:
    claims = pyjwt.decode(
        signed(CONFIG, "server", NOW).reveal(),
        "t" * 64,
        algorithms=["HS256"],
        audience="http://127.0.0.1:8080",
        issuer="https://panel.test",
        options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
    )

    assert (claims["iat"], claims["nbf"], claims["exp"]) == (1_800_000_000, 1_799_999_700, 1_800_000_600)
    assert claims["server_uuid"] == "server"
    assert claims["scope"] == "websocket"
    assert claims["aud"] == ["http://127.0.0.1:8080"]
    assert len(claims["user_uuid"]) == 36
    assert claims["permissions"] == list(PERMISSIONS)
    assert "*" not in PERMISSIONS


def test_the_user_of_a_node_is_the_same_each_time_and_no_other_nodes() -> None:
    def user(config: NodeConfig) -> object:
        token = signed(config, "server", NOW).reveal()
        return pyjwt.decode(token, options={"verify_signature": False})["user_uuid"]

    other = NodeConfig("another", CONFIG.token, CONFIG.remote, CONFIG.address)
    assert user(CONFIG) == user(CONFIG) != user(other)


def test_our_own_reader_reads_them() -> None:
    token = read_token(signed(CONFIG, "server", NOW), "ws://x", NOW)

    assert token.life == 600
    assert token.allows("control.start")


def test_a_token_that_ends_at_a_moment_is_not_taken_in_the_second_of_that_moment() -> None:
    """Wings takes it up to the end of the second that `exp` names."""
    ends = {
        end: pyjwt.decode(signed_until(CONFIG, "s", NOW, end).reveal(), options={"verify_signature": False})[
            "exp"
        ]
        for end in (1_800_000_007.0, 1_800_000_007.9)
    }

    assert ends == {1_800_000_007.0: 1_800_000_006, 1_800_000_007.9: 1_800_000_006}
