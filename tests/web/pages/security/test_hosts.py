"""Names, addresses and origins as browsers write them, and as attackers do."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from automaton.web.pages.security.hosts import host_of, is_allowed, is_same_origin

NAMES = ["page.example.org"]


@pytest.mark.parametrize(
    "header",
    [
        "page.example.org",
        "PAGE.Example.ORG",
        "page.example.org.",
        "page.example.org:9532",
        "page.example.org.:443",
        "localhost",
        "LOCALHOST:9532",
        "127.0.0.1:9532",
        "192.0.2.7",
        "[::1]:9532",
        "[2001:DB8::1]",
    ],
)
def test_a_name_of_ours_and_every_literal_address_is_allowed(header: str) -> None:
    assert is_allowed(header, NAMES)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "evil.example",
        "evil.page.example.org",
        "page.example.org.evil.example",
        "page.example.org..",
        "page.example.org@evil.example",
        "evil@page.example.org",
        "page.example.org:80:80",
        "page.example.org:",
        "page.example.org:80x",
        "page.example.org/",
        "page.example.org evil",
        "page.example.org\x00",
        "[::1",
        "::1",
        "127.0.0.1.evil.example",
        "2130706433",
        "0x7f.1",
        "p\xe4ge.example.org",
        ".",
    ],
)
def test_any_other_is_not(header: str) -> None:
    assert not is_allowed(header, NAMES)


def test_a_host_is_told_without_its_port_and_its_brackets() -> None:
    assert [host_of(text) for text in ("A.b:80", "[::1]:9", "a")] == [("a.b", 80), ("::1", 9), ("a", None)]
    assert host_of("X.example.orgX") == ("x.example.orgx", None)


def same(
    host: str, origin: str | None, *, secure: bool = False, public_url: str = "", site: str | None = None
) -> bool:
    sent = {"host": host} | ({"origin": origin} if origin is not None else {})
    sent |= {"sec-fetch-site": site} if site is not None else {}
    return is_same_origin(Headers(sent), is_secure=secure, public_url=public_url)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:9532", "http://localhost:9532"),
        ("page.example.org", "http://page.example.org"),
        ("page.example.org:80", "http://page.example.org"),
        ("page.example.org", "https://page.example.org"),
        ("Page.Example.org", "https://page.example.org:443"),
        ("[::1]:9532", "http://[::1]:9532"),
        ("page.example.org", "http://page.example.org."),
    ],
)
def test_a_page_of_ours_has_our_host_as_its_origin(host: str, origin: str) -> None:
    assert same(host, origin)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:9532", "http://localhost:9533"),
        ("localhost:9532", "http://evil.example"),
        ("localhost:9532", "null"),
        ("localhost:9532", ""),
        ("localhost:9532", "http://localhost:9532@evil.example"),
        ("localhost:9532", "file://localhost:9532"),
        ("localhost:9532", "http://[::1"),
        ("localhost:9532", "http://localhost:99999"),
        ("", "http://"),
        ("", "http://page.example.org"),
        ("page.example.org", "http://anna@page.example.org"),
        ("page.example.org", "ftp://page.example.org"),
        ("page.example.org", "http://.page.example.org"),
        ("xxxx", "http://"),
        ("page.example.org", "http://page.example.org.evil.example"),
    ],
)
def test_every_other_origin_is_another_site(host: str, origin: str) -> None:
    assert not same(host, origin, public_url="https://page.example.org")


def test_behind_a_proxy_that_writes_its_own_host_the_public_address_is_ours() -> None:
    assert same("127.0.0.1:9532", "https://page.example.org", public_url="https://page.example.org/")
    assert same(
        "127.0.0.1:9532", "https://page.example.org", secure=True, public_url="https://page.example.org"
    )


def test_over_tls_a_page_in_plain_text_is_another_site() -> None:
    assert not same("page.example.org", "http://page.example.org", secure=True)
    assert same("page.example.org", "https://page.example.org", secure=True)


def test_without_an_origin_the_browser_says_from_which_site_it_comes() -> None:
    assert [same("a", None, site=site) for site in ("same-origin", "same-site", "none", None)] == [
        True, False, False, False,
    ]  # fmt: skip


def test_a_request_without_a_host_comes_from_no_page_of_ours() -> None:
    headers = Headers({"origin": "http://page.example.org"})

    assert not is_same_origin(headers, is_secure=False, public_url="")


def test_a_dot_alone_is_no_host() -> None:
    assert host_of(".") is None
