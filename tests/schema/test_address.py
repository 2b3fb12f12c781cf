"""Addresses that can be called, and others."""

from __future__ import annotations

import pytest

from automaton.schema.address import is_address


@pytest.mark.parametrize(
    ("text", "can_be_called"),
    [
        ("https://panel.example.org", True),
        ("http://127.0.0.1:65535/a/path?and=more", True),
        ("https://[2001:db8::1]:8443", True),
        ("https://xn--bcher-kva.example", True),
        ("https://x:99999", False),
        ("https://x:0", False),
        ("https://x:y", False),
        ("https://-xn--.é..org", False),
        ("https://bücher.example", False),
        ("https://1.2.3.999", False),
        ("https://[2001:db8::x]", False),
        ("https://[x", False),
        ("https://", False),
        ("ftp://x", False),
        ("panel.example.org", False),
        ("https://a b", False),
        ("https://a\x7f", False),
    ],
)
def test_a_host_and_a_port_that_there_are_make_an_address(text: str, can_be_called: bool) -> None:
    assert is_address(text) is can_be_called
