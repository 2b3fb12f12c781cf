"""The certificate with which we answer: TLS 1.2 or newer, and files that fit together, or a sentence.

The standard library asks at the terminal for the password of a key that has one: here such a key is refused.
"""

from __future__ import annotations

import ssl
from pathlib import Path


class UnfitCertificateError(Exception):
    """Why these files are of no use. `is_missing`: one is not there or not ours to read; else it is wrong."""

    def __init__(self, problem: str, *, is_missing: bool = False) -> None:
        self.is_missing = is_missing
        super().__init__(problem)


def own_tls(certificate: Path, key: Path) -> ssl.SSLContext:
    """What a listener speaks TLS with. Raises UnfitCertificateError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    renew(context, certificate, key)
    return context


def renew(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    """Takes these files for connections from now on. Raises UnfitCertificateError; then the old ones hold."""
    trial = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for each in (trial, context):  # first where a key that does not fit leaves no half of it behind
        _load(each, certificate, key)


def _load(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    for path in (certificate, key):
        try:
            if not path.is_file():
                problem = f"`{path}` is not there, or no file: name a file of PEM text"
                raise UnfitCertificateError(problem, is_missing=True)
        except PermissionError:
            raise UnfitCertificateError(_not_ours(path), is_missing=True) from None
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except PermissionError:
        raise UnfitCertificateError(_not_ours(f"{certificate}` or `{key}"), is_missing=True) from None
    except _LockedError:
        raise UnfitCertificateError(f"the key `{key}` has a password: write it out without one") from None
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise UnfitCertificateError(f"the key `{key}` is not that of `{certificate}`") from None
        problem = f"`{certificate}` and `{key}` are no certificate and key as PEM text ({error.reason})"
        raise UnfitCertificateError(problem) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UnfitCertificateError(f"`{certificate}` and `{key}` cannot be read: {why}") from None


class _LockedError(Exception):
    """The key wants a password."""


def _no_password() -> str:
    raise _LockedError


def _not_ours(path: Path | str) -> str:
    return (
        f"`{path}` is not readable for the user of automaton: in the service hand it over by"
        " `LoadCredential=`, and name `/run/credentials/automaton.service/NAME`"
    )
