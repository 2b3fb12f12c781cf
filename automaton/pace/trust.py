"""Whom a TLS connection trusts, and why one was not trusted, in words for an operator."""

from __future__ import annotations

import ssl
from pathlib import Path

_REASONS = {
    "self-signed certificate": "nobody known vouches for it (self-signed)",
    "self-signed certificate in certificate chain": "its authority is not known on this machine",
    "unable to get local issuer certificate": "its authority is not known on this machine",
    "certificate has expired": "it has expired",
    "certificate is not yet valid": "it is not valid yet, or a clock is wrong",
}


def tls_context(ca: Path | str | None = None, *, insecure_skip_verify: bool = False) -> ssl.SSLContext:
    """One context for a Panel and its nodes; building one takes 20 ms and half a MiB, so it is shared.

    `ca`, a file of PEM certificates, is trusted as well as the machine's own store. Raises OSError or
    ssl.SSLError when it cannot be read.
    """
    context = ssl.create_default_context(cafile=ca)
    # TLS 1.2 lets a peer ask for a new handshake at any time. A write then waits for what nobody but it would
    # read, and has reading begin where it was paused: without a bound (wings/pushed_bytes.py). Go never asks.
    context.options |= ssl.OP_NO_RENEGOTIATION
    if ca is not None:
        context.load_default_certs()
    if insecure_skip_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def distrust(problem: BaseException | None) -> str:
    """Why the certificate was not accepted; empty where the error is about something else."""
    # httpx and httpcore wrap the error of ssl in their own.
    while problem is not None:
        if isinstance(problem, ssl.SSLCertVerificationError):
            said = str(getattr(problem, "verify_message", "") or problem.args[-1])  # OpenSSL alone fills it
            return _REASONS.get(said, said)
        problem = problem.__cause__ or problem.__context__
    return ""
