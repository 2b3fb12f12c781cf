"""Whom a TLS connection trusts, and how it is told that one was not."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from automaton.pace.trust import distrust, tls_context


def test_certificates_are_verified_unless_that_is_switched_off() -> None:
    assert tls_context().verify_mode is ssl.CERT_REQUIRED
    assert tls_context().check_hostname
    assert tls_context(insecure_skip_verify=True).verify_mode is ssl.CERT_NONE


def test_a_peer_cannot_begin_the_handshake_anew() -> None:
    assert tls_context().options & ssl.OP_NO_RENEGOTIATION


def test_a_named_authority_is_trusted_besides_the_systems(tmp_path: Path) -> None:
    authority = tmp_path / "own.pem"
    trustme.CA().cert_pem.write_to_path(str(authority))

    alone, both = tls_context(), tls_context(authority)

    assert len(both.get_ca_certs()) == len(alone.get_ca_certs()) + 1


def test_an_authority_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        tls_context(tmp_path / "missing.pem")


def test_the_reason_is_found_behind_other_errors_and_another_error_has_none() -> None:
    expired = ssl.SSLCertVerificationError("certificate has expired")
    wrapped = OSError("connect")
    wrapped.__cause__ = expired

    assert distrust(wrapped) == "it has expired"
    assert distrust(OSError("reset")) == ""
    assert distrust(None) == ""
