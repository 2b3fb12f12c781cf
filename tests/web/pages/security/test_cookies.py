"""Cookies that belong to this host, and a browser that is known only to whoever signed in there."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from automaton.web.pages.security.cookies import SESSION, cookie_of, is_known_browser, known_browser


@pytest.mark.parametrize(
    ("sent", "plain", "secure"),
    [
        ("automaton_session=a", "a", ""),
        ("__Host-automaton_session=b; automaton_session=a", "a", "b"),
        ("{odd}=[x]; ;;=; automaton_session=a", "a", ""),
        ("", "", ""),
        ("automaton_session", "", ""),
    ],
)
def test_over_tls_only_the_cookie_that_nobody_else_can_set_counts(sent: str, plain: str, secure: str) -> None:
    headers = Headers({"cookie": sent})

    assert cookie_of(headers, SESSION, is_secure=False) == plain
    assert cookie_of(headers, SESSION, is_secure=True) == secure


def test_a_browser_is_known_for_one_person_until_his_password_changes() -> None:
    cookie = known_browser("anna", "hash")

    assert is_known_browser(cookie, "anna", "hash")
    assert cookie != known_browser("anna", "hash")
    for other, name, hashed in (
        (cookie, "vic", "hash"), (cookie, "anna", "new"), (cookie, "anna", ""), ("", "anna", "hash"),
        (cookie[:-1], "anna", "hash"), (f"x{cookie}", "anna", "hash"), ("\xff.\xff", "anna", "hash"),
    ):  # fmt: skip
        assert not is_known_browser(other, name, hashed)
