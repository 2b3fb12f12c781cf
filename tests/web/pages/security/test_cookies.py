"""Cookies that belong to this host, and a browser that is known only to whoever signed in there."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers
from starlette.responses import Response

from automaton.web.pages.security.cookies import (
    SESSION,
    cookie_of,
    drop_cookie,
    is_known_browser,
    known_browser,
    set_cookie,
)


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


def test_without_a_cookie_nothing_is_sent() -> None:
    assert cookie_of(Headers({}), SESSION, is_secure=False) == ""


@pytest.mark.parametrize(
    ("is_secure", "name", "more"),
    [(False, "automaton_session", ""), (True, "__Host-automaton_session", "; Secure")],
)
def test_no_script_reads_a_cookie_no_form_of_others_sends_it_and_tls_binds_it_to_this_host(
    is_secure: bool, name: str, more: str
) -> None:
    kept, dropped = Response(), Response()
    set_cookie(kept, SESSION, "a", lasts=60.5, is_secure=is_secure)
    drop_cookie(dropped, SESSION, is_secure=is_secure)

    ends = f"Path=/; SameSite=lax{more}"
    assert kept.headers["set-cookie"] == f"{name}=a; HttpOnly; Max-Age=60; {ends}"
    assert dropped.headers["set-cookie"] == f'{name}=""; HttpOnly; Max-Age=0; {ends}'


def test_what_stands_behind_the_mark_of_a_known_browser_makes_it_another() -> None:
    assert not is_known_browser(f"x.{known_browser('anna', 'hash')}", "anna", "hash")


def test_the_name_of_nobody_may_be_any_text() -> None:
    assert is_known_browser(known_browser("\ud800", "hash"), "\ud800", "hash")
