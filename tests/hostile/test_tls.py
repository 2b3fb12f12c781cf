"""A certificate that does not hold in any one way gets no key, no command and no word of a message.

One daemon asks Panels, nodes, addresses of rules and chat services on this machine, whose certificates are
wrong in all the ways there are, and one of each that is right.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from tests.acceptance.processes import eventually
from tests.hostile.world import World, world
from tests.wings.peer import accepted

pytestmark = [
    pytest.mark.xdist_group("hostile-tls"),
    pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated"),  # which is what is tested
]

HOST = "127.0.0.1"
LONG_AGO, FAR_OFF = datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)
LIST = b'{"data": [], "meta": {"pagination": {"total_pages": 1}}}'
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def certificate(
    signed_by: tuple[x509.Certificate, Key] | None,
    key: Key,
    names: list[x509.GeneralName],
    *,
    is_authority: bool = False,
) -> x509.Certificate:
    """A certificate as it is wanted; by itself where nobody signs."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    issuer, signing = (signed_by[0].subject, signed_by[1]) if signed_by else (subject, key)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))  # noqa: TID251 - valid as of now
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))  # noqa: TID251
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if names:
        made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return made.sign(signing, hashes.SHA256())


class Authority:
    """The one that the daemon trusts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca = trustme.CA()
        self.file = folder / "ca.pem"
        self.ca.cert_pem.write_to_path(str(self.file))
        key = serialization.load_pem_private_key(self.ca.private_key_pem.bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self.signs = (x509.load_pem_x509_certificate(self.ca.cert_pem.bytes()), key)

    def context(self, form: str) -> ssl.SSLContext:
        """A server that shows a certificate of this form."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("ALL:@SECLEVEL=0")  # a server that is weak must be able to start
        address: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address(HOST))]
        key: Key = ec.generate_private_key(ec.SECP256R1())
        match form:
            case (
                "right" | "broken before the answer" | "broken in the answer" | "broken once a socket is open"
            ):
                self.ca.issue_cert(HOST).configure_cert(context)
            case "of another host":
                self.ca.issue_cert("other.test", "127.0.0.2").configure_cert(context)
            case "expired":
                self.ca.issue_cert(HOST, not_after=LONG_AGO).configure_cert(context)
            case "not yet valid":
                self.ca.issue_cert(
                    HOST, not_before=FAR_OFF - timedelta(days=9), not_after=FAR_OFF
                ).configure_cert(context)
            case "of an unknown authority":
                trustme.CA().issue_cert(HOST).configure_cert(context)
            case "self-signed":
                self._load(context, [certificate(None, key, address)], key)
            case "self-signed as an authority":
                self._load(context, [certificate(None, key, address, is_authority=True)], key)
            case "signed by a leaf":
                leaf_key = ec.generate_private_key(ec.SECP256R1())
                leaf = certificate(self.signs, leaf_key, address)
                self._load(context, [certificate((leaf, leaf_key), key, address), leaf], key)
            case "the authority itself":
                self._load(context, [self.signs[0]], self.signs[1])
            case "without a name but its common one":
                self._load(context, [certificate(self.signs, key, [])], key)
            case "with the address as a name":
                self._load(context, [certificate(self.signs, key, [x509.DNSName(HOST)])], key)
            case "with a name for everything":
                self._load(context, [certificate(self.signs, key, [x509.DNSName("*")])], key)
            case "with a weak key":
                key = rsa.generate_private_key(65537, 1024)
                self._load(context, [certificate(self.signs, key, address)], key)
            case "right, over TLS 1.1":
                self.ca.issue_cert(HOST).configure_cert(context)
                context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
            case _:
                raise AssertionError(form)
        return context

    def _load(self, context: ssl.SSLContext, chain: list[x509.Certificate], key: Key) -> None:
        file = self.folder / "chain.pem"
        pem, secret = serialization.Encoding.PEM, serialization.NoEncryption()
        text = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, secret)
        file.write_bytes(text + b"".join(one.public_bytes(pem) for one in chain))
        context.load_cert_chain(file)


WRONG = (
    "of another host",
    "expired",
    "not yet valid",
    "of an unknown authority",
    "self-signed",
    "self-signed as an authority",
    "signed by a leaf",
    "the authority itself",
    "without a name but its common one",
    "with the address as a name",
    "with a name for everything",
    "with a weak key",
    "right, over TLS 1.1",
)
UNREACHED = ("panel.lost", "cause=unreachable")
BROKEN = ("broken before the answer", "broken in the answer", "broken once a socket is open")
FORMS = ("right", *WRONG, *BROKEN)
FORGED = b"\x17\x03\x03\x00\x20" + b"x" * 32
"""A record of TLS that no one with the key wrote: whoever is on the way can send it."""


class Strangers:
    """A port for each form. `met` counts connections, `heard` is what came through TLS, by the form."""

    def __init__(self, authority: Authority) -> None:
        self.met: dict[str, int] = defaultdict(int)
        self.heard: dict[str, list[bytes]] = defaultdict(list)
        self._contexts = {form: authority.context(form) for form in FORMS}
        self._listening = {form: socket.create_server((HOST, 0), backlog=64) for form in FORMS}
        self.ports = {form: int(one.getsockname()[1]) for form, one in self._listening.items()}
        self._closed = False

    def paths(self, form: str) -> list[str]:
        return [head.split(b" ")[1].decode() for head in list(self.heard[form]) if b" " in head]

    @contextmanager
    def open(self) -> Iterator[Strangers]:
        threads = [threading.Thread(target=self._accept, args=(form,)) for form in FORMS]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._closed = True
            for form, thread in zip(FORMS, threads, strict=True):
                with suppress(OSError):
                    socket.create_connection((HOST, self.ports[form])).close()
                thread.join()
                self._listening[form].close()

    def _accept(self, form: str) -> None:
        while True:
            connection, _ = self._listening[form].accept()
            if self._closed:
                connection.close()
                return
            self.met[form] += 1
            threading.Thread(target=self._serve, args=(form, connection), daemon=True).start()

    def _serve(self, form: str, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.settimeout(10)
            with self._contexts[form].wrap_socket(connection, server_side=True) as secured:
                head = b""
                while b"\r\n\r\n" not in head:
                    data = secured.recv(65536)
                    if not data:
                        break
                    head += data
                if head:
                    self.heard[form].append(head)
                if form in BROKEN:
                    self._break(form, secured, head)
                    return
                secured.sendall(
                    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(LIST) + LIST
                )

    def _break(self, form: str, secured: ssl.SSLSocket, head: bytes) -> None:
        if form == "broken in the answer":
            secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[")
        elif form == "broken once a socket is open":
            upgrades = b"upgrade: websocket" in head.lower()
            secured.sendall(accepted(head) if upgrades else b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[")
        with socket.socket(fileno=os.dup(secured.fileno())) as below:
            below.sendall(FORGED)
        with suppress(OSError):
            secured.recv(1)  # until the daemon has closed it


class Place:
    """The daemon and those whom it met."""

    def __init__(self, here: World, strangers: Strangers) -> None:
        self.here = here
        self.strangers = strangers


def settings(here: World, strangers: Strangers) -> str:
    """Each form as a Panel, an address and a channel; the nodes are named by the Panel of the world."""
    panels, addresses, channels = [], [], []
    for number, form in enumerate(FORMS):
        base = f"{HOST}:{strangers.ports[form]}"
        panels.append(f'  p{number}: {{url: "https://{base}/panel", keys: [{{file: key}}], ca: ca.pem}}')
        addresses.append(f'  a{number}: {{url: "https://{base}/address"}}')
        here.secret(f"c{number}.url", f"jsons://{base}/chat")
        channels.append(
            f"  c{number}: {{urls: [{{file: c{number}.url}}], rate: 1000/1s, group_wait: 0s, group_interval: 1s}}"
        )
    here.secret("beat", f"https://{HOST}:{strangers.ports['self-signed']}/beat")
    return "\n".join(
        [
            "panels:", f'  main: {{url: "{here.house.url}", keys: [{{file: key}}], ca: ca.pem}}', *panels,
            "http:", *addresses, "channels:", *channels, "heartbeat: {url: {file: beat}, every: 10s}",
            'limits: {arm: live, settle: 0s, allow: {send: ["*"]}}', "rules: rules.d", "state: state", "",
        ]
    )  # fmt: skip


RULE = """\
  - id: asks-{number}
    when: {{console: "^ask them"}}
    do: [{{http: a{number}}}]
  - id: tells-{number}
    when: {{console: "^ask them"}}
    do: [{{notify: c{number}, text: "a secret word"}}]
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("tls")
    authority = Authority(folder)
    with ExitStack() as stack:
        strangers = stack.enter_context(Strangers(authority).open())
        here = stack.enter_context(world(folder))
        for number, form in enumerate(FORMS):
            here.house.add(f"n{number}").socket = f"wss://{HOST}:{strangers.ports[form]}/node"
        here.file.write_text(settings(here, strangers))
        here.rules("rules:\n" + "".join(RULE.format(number=number) for number in range(len(FORMS))))
        here.env = {"SSL_CERT_FILE": str(authority.file), "REQUESTS_CA_BUNDLE": str(authority.file)}
        stack.enter_context(here.running(linked=False))
        here.daemon.tells("link.up", "server=lobby")
        here["lobby"].prints("ask them")
        yield Place(here, strangers)


@pytest.mark.parametrize("form", WRONG)
def test_a_certificate_that_does_not_hold_gets_no_byte_of_a_request_and_each_that_asked_is_told(
    place: Place, form: str
) -> None:
    number, tells = FORMS.index(form), place.here.daemon.tells

    # Below TLS 1.2 no certificate is come to.
    panel, node = UNREACHED if form == "right, over TLS 1.1" else ("cause=certificate",) * 2
    tells("panel.", f"panel=p{number}", panel)
    tells("link.", f"server=n{number}", node)
    tells("call.ended", f"url=a{number}", "result=failed")
    tells("delivery.", f"c{number}")
    assert place.strangers.met[form] >= 4
    assert place.strangers.heard[form] == []


@pytest.mark.parametrize("form", BROKEN)
def test_a_forged_record_of_tls_ends_its_own_connection_and_each_that_asked_is_told(
    place: Place, form: str
) -> None:
    number, tells = FORMS.index(form), place.here.daemon.tells

    tells("panel.", f"panel=p{number}", "TLS was broken")
    tells("link.", f"server=n{number}", "cause=")
    tells("call.ended", f"url=a{number}")
    if form == "broken before the answer":
        tells("delivery.", f"c{number}")
    else:
        tells("call.ended", f"channel=c{number}", "result=done")  # its status came, and says enough
    assert any(path.startswith("/node") for path in place.strangers.paths(form))
    place.here.served(place.here["lobby"])


def test_the_one_certificate_that_holds_is_asked_by_all(place: Place) -> None:
    wanted = {"/panel/api/client", "/node", "/address", "/chat"}

    eventually(
        lambda: wanted <= {path.partition("?")[0] for path in place.strangers.paths("right")},
        place.here.daemon.output,
    )
    place.here.daemon.tells("call.ended", "url=a0", "result=done")


def test_a_heartbeat_to_a_self_signed_address_is_not_sent_and_is_told(place: Place) -> None:
    place.here.daemon.tells("heartbeat.failed", "certificate")

    assert place.strangers.heard["self-signed"] == []
