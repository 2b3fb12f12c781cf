"""The servers of NATS that docs/cluster.md has its reader set up, started with the very text of the page.

Of it only what a test has no right to is changed: the addresses, which become three of the loopback's, and
the folders.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random

import trustme

from automaton.cluster.nats.connection import Access
from automaton.secret import Secret
from tests.cluster.nats_process import NatsProcess, skip_without_nats, start_as_one
from tests.docs.pages import fences, text_of

PAGE = "docs/cluster.md"
PLAIN, TLS = (text for text in fences(text_of(PAGE), "text") if "cert_file" in text or "server_name" in text)
PASSWORD = "and-this-one"
EACH = (1, 2, 3)
FOLDERS: Mapping[str, str] = {"/var/lib/nats": "js", "/etc/nats": ""}


class PageServers:
    """Three processes. `network` is what the page's `10.0.0` became."""

    def __init__(self, folder: Path, network: str, secure: bool) -> None:
        self.network = network
        self.each: list[NatsProcess] = []
        self.authority = trustme.CA()
        for number in EACH:
            name = f"nats-{number}"
            home = folder / name
            home.mkdir()
            self.each.append(NatsProcess(home, name, f"http://{network}.{number}:8222", len(EACH)))
            text = PLAIN if not secure else _with_tls(PLAIN)
            text = text.replace('"nats-1"', f'"{name}"').replace('ME: "10.0.0.1"', f'ME: "10.0.0.{number}"')
            for theirs, ours in FOLDERS.items():
                text = text.replace(theirs, str(home / ours))
            (home / "nats.conf").write_text(text.replace("10.0.0.", f"{network}."))
            certificate = self.authority.issue_cert(f"{network}.{number}")
            certificate.cert_chain_pems[0].write_to_path(home / "cert.pem")
            certificate.private_key_pem.write_to_path(home / "key.pem")
            self.authority.cert_pem.write_to_path(home / "ca.pem")

    @property
    def monitors(self) -> list[str]:
        """Where each tells of itself."""
        return [server.monitor for server in self.each]

    def access(self, secure: bool) -> Access:
        """As the member of the page comes in."""
        scheme, tls = ("tls", ssl.create_default_context()) if secure else ("nats", None)
        if tls is not None:
            self.authority.configure_trust(tls)
        urls = tuple(f"{scheme}://{self.network}.{number}:4222" for number in EACH)
        return Access(urls, "automaton", Secret(PASSWORD), tls=tls)


def _with_tls(text: str) -> str:
    """The page's two lines, where it says that they go."""
    of_all, of_routes = TLS.strip().splitlines()
    inner = re.sub(r"^cluster \{ (.*) \}$", r"\1", of_routes)
    assert inner != of_routes
    return f"{of_all}\n{text}".replace("cluster {\n", f"cluster {{\n  {inner}\n")


@contextmanager
def servers(folder: Path, *, secure: bool = False) -> Iterator[PageServers]:
    """Started, ready, and gone at the end."""
    skip_without_nats()
    chance = Random()
    found = PageServers(folder, f"127.{chance.randint(1, 254)}.{chance.randint(1, 254)}", secure)
    start_as_one(found.each)
    try:
        yield found
    finally:
        for server in found.each:
            server.kill()
