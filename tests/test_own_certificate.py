"""A certificate of ours: what fits is taken, what does not leaves the old one in force."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from automaton.own_certificate import UnfitCertificateError, own_tls, renew


def issued(folder: Path, name: str, host: str = "automaton.lan") -> tuple[Path, Path]:
    """A certificate and its key."""
    leaf = trustme.CA().issue_cert(host)
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    leaf.cert_chain_pems[0].write_to_path(certificate)
    leaf.private_key_pem.write_to_path(key)
    return certificate, key


def shown_by(context: ssl.SSLContext) -> bytes:
    """The certificate that a client is shown, over bytes in memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    asking.check_hostname, asking.verify_mode = False, ssl.CERT_NONE
    client = asking.wrap_bio(to_client, to_server)
    server = context.wrap_bio(to_server, to_client, server_side=True)
    for end in (client, server, client):
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return client.getpeercert(binary_form=True) or b""


def test_old_versions_of_tls_are_not_spoken(tmp_path: Path) -> None:
    assert own_tls(*issued(tmp_path, "a")).minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_new_certificate_is_that_of_the_next_connection_and_one_that_does_not_fit_changes_nothing(
    tmp_path: Path,
) -> None:
    (first, first_key), (second, second_key) = issued(tmp_path, "a"), issued(tmp_path, "b")
    context = own_tls(first, first_key)
    before = shown_by(context)
    with pytest.raises(UnfitCertificateError, match="is not that of"):
        renew(context, second, first_key)
    unchanged = shown_by(context)
    renew(context, second, second_key)

    assert before == unchanged == ssl.PEM_cert_to_DER_cert(first.read_text())
    assert shown_by(context) == ssl.PEM_cert_to_DER_cert(second.read_text())


def test_a_key_with_a_password_is_refused_and_nobody_is_asked_for_it(tmp_path: Path) -> None:
    certificate, key = issued(tmp_path, "a")
    read = load_pem_private_key(key.read_bytes(), None)
    locked = read.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    key.write_bytes(locked)

    with pytest.raises(UnfitCertificateError, match="has a password"):
        own_tls(certificate, key)


def test_what_is_missing_may_be_there_for_the_service_and_what_is_wrong_is_wrong(tmp_path: Path) -> None:
    certificate, key = issued(tmp_path, "a")
    for one, other in ((tmp_path / "nowhere", key), (certificate, tmp_path)):
        with pytest.raises(UnfitCertificateError) as raised:
            own_tls(one, other)
        assert raised.value.is_missing
    with pytest.raises(UnfitCertificateError) as raised:
        own_tls(key, key)
    assert not raised.value.is_missing
