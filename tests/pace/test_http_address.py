"""Which addresses can be called."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.pace.http_address import LONGEST, is_callable, what_is_wrong


@pytest.mark.parametrize("url", ["http://a.test/x?y=z", "https://[::1]:8080/", "http://xn--bcher-kva.test/"])
def test_a_host_and_a_port_are_enough(url: str) -> None:
    assert what_is_wrong(url) == ""


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://a/" + "x" * LONGEST, "too long"),
        ("ftp://a/", "neither"),
        ("a/", "neither"),
        ("http:///x", "no host"),
        ("http://.a/", "."),
        ("http://a:65536/", "no port 65536"),
        ("http://a:0/", "no port 0"),
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
