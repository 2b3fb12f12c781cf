"""Where a Panel is and how it is asked, as plain data: its address, its keys, its proxy."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from automaton.secret import Secret


@dataclass(frozen=True, slots=True)
class PanelEndpoint:
    """`keys`: client keys, one a user; several raise the limit on requests. `refresh` in seconds.

    `origin` is sent to the nodes, and must equal `remote` of their config.yml; by default the Panel's own
    address.
    """

    name: str
    url: str
    keys: tuple[Secret, ...]
    refresh: float = 300.0
    origin: str = ""
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
