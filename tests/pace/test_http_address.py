"""Which addresses can be called."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.pace.http_address import LONGEST, is_callable, what_is_wrong


@pytest.mark.parametrize(
    "url",
    [
        "http://a.test/x?y=z", "https://[::1]:8080/", "http://xn--bcher-kva.test/", "http://a:1/",
        "http://a:65535/", "http://a/".ljust(LONGEST, "x"), f"http://{'a.' * 126}a/", f"http://{'a' * 63}/",
    ],
)  # fmt: skip
def test_a_host_and_a_port_are_enough(url: str) -> None:
    assert what_is_wrong(url) == ""


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://a/".ljust(LONGEST + 1, "x"), "^it is too long$"),
        ("ftp://a/", "^it begins with neither http:// nor https://$"),
        ("a/", "^it begins with neither http:// nor https://$"),
        ("http:///x", "^it names no host$"),
        ("http://", "^it names no host$"),
        ("http://.a/", "."),
        ("http://a:65536/", "^there is no port 65536$"),
        ("http://a:0/", "^there is no port 0$"),
        (f"http://{'a.' * 126}aa/", "^its host is too long$"),
        ("http://a:b/", "^Invalid port: 'b'$"),
        ("http://xn--a/", "."),
        ("http://a\n/", "."),
        (f"http://{'a' * 64}/", "."),
        (f"http://{'a.' * 130}test/", "."),
        ("http://a..b/", "."),
    ],
)
def test_what_is_wrong_is_said(url: str, why: str) -> None:
    with pytest.raises(AssertionError, match=why):
        raise AssertionError(what_is_wrong(url))


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_none(text: str) -> None:
    if is_callable(f"http://{text}"):
        assert httpx.URL(f"http://{text}").host
