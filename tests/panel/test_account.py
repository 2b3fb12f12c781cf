"""A Panel as the settings name it."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from automaton.panel.account import PanelAccount, tls_context
from automaton.secret import Secret


def account(url: str = "https://panel.test", **changes: object) -> PanelAccount:
    return PanelAccount(name="main", url=url, keys=(Secret("ptlc_x"),), **changes)  # type: ignore[arg-type]


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


def test_certificates_are_verified_unless_that_is_switched_off() -> None:
    assert tls_context(account()).verify_mode is ssl.CERT_REQUIRED
    assert tls_context(account()).check_hostname
    assert tls_context(account(insecure_skip_verify=True)).verify_mode is ssl.CERT_NONE


def test_a_named_authority_is_trusted_besides_the_systems(tmp_path: Path) -> None:
    authority = tmp_path / "own.pem"
    trustme.CA().cert_pem.write_to_path(str(authority))

    alone, both = tls_context(account()), tls_context(account(ca=str(authority)))

    assert len(both.get_ca_certs()) == len(alone.get_ca_certs()) + 1


def test_an_authority_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        tls_context(account(ca=str(tmp_path / "missing.pem")))


def test_no_key_is_printed_with_an_account() -> None:
    assert "ptlc_x" not in repr(account())
