"""The servers of NATS that docs/cluster.md has its reader set up, started with the very text of the page.

Of it only what a test has no right to is changed: the addresses, which become three of the loopback's, and
the folders.
"""

from __future__ import annotations

import json
import re
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from random import Random
from urllib.request import urlopen

import trustme

from automaton.cluster.nats.connection import Access
from automaton.secret import Secret
from tests.acceptance.processes import eventually
from tests.cluster.nats_servers import PROGRAM, skip_without_nats
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
        self.monitors = [f"http://{network}.{number}:8222" for number in EACH]
        self.authority = trustme.CA()
        for number in EACH:
            home = folder / f"n{number}"
            home.mkdir()
            text = PLAIN if not secure else _with_tls(PLAIN)
            text = text.replace('"nats-1"', f'"nats-{number}"').replace(
                'ME: "10.0.0.1"', f'ME: "10.0.0.{number}"'
            )
            for theirs, ours in FOLDERS.items():
                text = text.replace(theirs, str(home / ours))
            (home / "nats.conf").write_text(text.replace("10.0.0.", f"{network}."))
            certificate = self.authority.issue_cert(f"{network}.{number}")
            certificate.cert_chain_pems[0].write_to_path(home / "cert.pem")
            certificate.private_key_pem.write_to_path(home / "key.pem")
            self.authority.cert_pem.write_to_path(home / "ca.pem")

    def access(self, secure: bool) -> Access:
        """As the member of the page comes in."""
        scheme, tls = ("tls", ssl.create_default_context()) if secure else ("nats", None)
        if tls is not None:
            self.authority.configure_trust(tls)
        urls = tuple(f"{scheme}://{self.network}.{number}:4222" for number in EACH)
        return Access(urls, "automaton", Secret(PASSWORD), tls=tls)

    def are_ready(self) -> bool:
        """Whether all say so, and JetStream has its three and a leader."""
        with suppress(OSError, ValueError):
            for monitor in self.monitors:
                with urlopen(f"{monitor}/healthz", timeout=1.0) as answer:
                    if json.load(answer).get("status") != "ok":
                        return False
                with urlopen(f"{monitor}/jsz", timeout=1.0) as answer:
                    meta = json.load(answer)["meta_cluster"]
                    if not meta.get("leader") or meta.get("cluster_size") != len(EACH):
                        return False
            return True
        return False


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
    with ExitStack() as stack:
        for number in EACH:
            log = stack.enter_context((folder / f"n{number}" / "log").open("ab"))
            process = subprocess.Popen(
                [PROGRAM, "-c", str(folder / f"n{number}" / "nats.conf")], stdout=log, stderr=log
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
        eventually(found.are_ready, lambda: [path.read_text()[-2000:] for path in folder.glob("n*/log")])
        yield found
