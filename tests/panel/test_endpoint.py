"""A Panel as the settings name it."""

from __future__ import annotations

import pytest

from automaton.panel.endpoint import PanelEndpoint
from automaton.secret import Secret


def account(url: str = "https://panel.test", **changes: object) -> PanelEndpoint:
    return PanelEndpoint(name="main", url=url, keys=(Secret("ptlc_x"),), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "origin", "sent"),
    [
        ("https://panel.test", "", "https://panel.test"),
        ("https://panel.test/", "", "https://panel.test"),
        ("https://panel.test:8443/sub", "", "https://panel.test:8443"),
        ("https://panel.test", "https://old.test/", "https://old.test/"),
    ],
)
def test_the_origin_is_the_panels_address_unless_it_is_named(url: str, origin: str, sent: str) -> None:
    assert account(url, origin=origin).sent_origin == sent


@pytest.mark.parametrize(
    ("url", "allow_plain", "plain"),
    [
        ("https://panel.test", False, False),
        ("https://panel.test", True, True),
        ("http://panel.test", False, True),
    ],
)
def test_plain_sockets_are_used_where_the_panel_is_plain_or_they_are_allowed(
    url: str, allow_plain: bool, plain: bool
) -> None:
    assert account(url, allow_plain=allow_plain).plain_sockets is plain


def test_no_key_is_printed_with_an_account() -> None:
    assert "ptlc_x" not in repr(account())
