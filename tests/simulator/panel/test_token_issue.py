from __future__ import annotations

from random import Random

import jwt
import pytest

from automaton.simulator.panel.panel_kind import PANELS, PELICAN_PANEL, PTERODACTYL_1_11, PanelKind
from automaton.simulator.panel.token_issue import issue

KEY = "k" * 64


def issued(kind: PanelKind) -> dict[str, object]:
    token = issue(
        key=KEY,
        wall=1_800_000_000.9,
        issuer="http://panel.test",
        audience="http://node.test",
        server="s",
        user_id=7,
        user="u",
        permissions=["websocket.connect"],
        chance=Random(1),
        kind=kind,
    )
    claims: dict[str, object] = jwt.decode(
        token,
        KEY,
        algorithms=["HS256"],
        options={"verify_exp": False, "verify_nbf": False, "verify_aud": False, "verify_iat": False},
    )
    return claims


@pytest.mark.parametrize("kind", PANELS.values(), ids=PANELS)
def test_a_token_is_good_for_ten_minutes_from_five_before_its_whole_second(kind: PanelKind) -> None:
    claims = issued(kind)

    assert [claims[name] for name in ("nbf", "iat", "exp")] == [1_799_999_700, 1_800_000_000, 1_800_000_600]


def test_what_an_old_panel_and_pelican_leave_out() -> None:
    old, pelican = issued(PTERODACTYL_1_11), issued(PELICAN_PANEL)

    assert ("scope" in old, "user_id" in old) == (False, True)
    assert ("scope" in pelican, "user_id" in pelican) == (True, False)
