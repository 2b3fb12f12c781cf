from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.simulator.panel.token_issue import issue
from automaton.simulator.wings.token_check import (
    Claims,
    Denylist,
    TokenRefusedError,
    UndecodableError,
    decode,
    verify,
)

KEY = "k" * 64
GOOD = Claims(iat=1000, exp=1600, server="s", user="u", jti="j", permissions=("websocket.connect",))


def issued(**changes: object) -> str:
    given_: dict[str, object] = {
        "key": KEY,
        "wall": 1000.9,
        "issuer": "http://panel.test",
        "audience": "http://node.test",
        "server": "s",
        "user_id": 1,
        "user": "u",
        "permissions": ["websocket.connect"],
        "chance": Random(1),
        **changes,
    }
    return issue(**given_)  # type: ignore[arg-type]


def test_what_the_panel_issues_the_node_accepts_for_ten_minutes() -> None:
    claims = verify(issued(), KEY, Denylist(0.0), 1600.9)

    assert (claims.server, claims.user, claims.iat, claims.exp) == ("s", "u", 1000, 1600)
    with pytest.raises(TokenRefusedError, match="exp claim is invalid"):
        verify(issued(), KEY, Denylist(0.0), 1601.0)


def test_expiry_is_told_before_the_denylist_and_that_before_permissions() -> None:
    late = issued(permissions=[])

    with pytest.raises(TokenRefusedError, match="exp"):
        verify(late, KEY, Denylist(2000.0), 3000.0)
    with pytest.raises(TokenRefusedError, match="denylist"):
        verify(late, KEY, Denylist(2000.0), 1100.0)
    with pytest.raises(TokenRefusedError, match="connect permission"):
        verify(late, KEY, Denylist(0.0), 1100.0)


@pytest.mark.parametrize(
    ("permission", "granted"),
    [("control.start", True), ("websocket.connect", True), ("admin.websocket.errors", False)],
)
def test_a_star_gives_all_but_what_is_for_admins(permission: str, granted: bool) -> None:
    assert Claims(permissions=("*",)).may(permission) is granted


def test_a_token_of_the_very_second_of_the_start_is_refused() -> None:
    """The start has a fraction, the token has whole seconds."""
    assert Denylist(1000.5).holds(GOOD)
    assert not Denylist(1000.0).holds(GOOD)


def test_a_denied_name_and_a_denied_user_refuse_older_tokens_only() -> None:
    by_name, by_user = Denylist(0.0), Denylist(0.0)
    by_name.deny(["j"], 1000.2)
    by_user.deny_user("s", "u", 1000.2)
    younger = Claims(iat=1001, exp=1600, server="s", user="u", jti="j")

    assert [d.holds(GOOD) for d in (by_name, by_user)] == [True, True]
    assert [d.holds(younger) for d in (by_name, by_user)] == [False, False]


@given(st.text(max_size=200))
def test_no_text_does_more_than_be_undecodable(text: str) -> None:
    with pytest.raises(UndecodableError):
        decode(text, KEY)
