"""A Panel as the settings name it, in plain data."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from automaton.secret import Secret


@dataclass(frozen=True, slots=True)
class PanelAccount:
    """`keys`: client keys, one a user; several raise the limit on requests. `refresh` in seconds.

    `origin` is sent to the nodes, and must equal `remote` of their config.yml; by default the Panel's own
    address. `ca` is a file of PEM certificates.
    """

    name: str
    url: str
    keys: tuple[Secret, ...]
    refresh: float = 300.0
    origin: str = ""
    ca: str | None = None
    insecure_skip_verify: bool = False
    allow_plain: bool = False
    proxy: str | None = None

    @property
    def base(self) -> str:
        """The address without a trailing slash."""
        return self.url.rstrip("/")

    @property
    def sent_origin(self) -> str:
        """What the nodes are told as Origin, without a trailing slash, as the Panel writes `remote`."""
        if self.origin:
            return self.origin
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def plain_sockets(self) -> bool:
        """Whether `ws://` is used: where the Panel itself is plain, or it is allowed by name."""
        return self.allow_plain or urlsplit(self.url).scheme == "http"


def tls_context(account: PanelAccount) -> ssl.SSLContext:
    """One context for this Panel and its nodes; building one takes 20 ms and half a MiB, so it is shared.

    Raises OSError or ssl.SSLError when `ca` cannot be read.
    """
    context = ssl.create_default_context(cafile=account.ca)
    if account.ca is not None:
        context.load_default_certs()
    if account.insecure_skip_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
