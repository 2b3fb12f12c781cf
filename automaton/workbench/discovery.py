"""Lists the servers of a Panel or a node once, before anything is configured."""

from __future__ import annotations

import ssl
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

import anyio

from automaton.core.events import Profile
from automaton.errors import Refused, Unreachable
from automaton.pace.clock import SystemClock
from automaton.pace.http_client import HttpClient, NotAnswered
from automaton.pace.trust import tls_context
from automaton.panel.client import PanelClient
from automaton.panel.endpoint import PanelEndpoint
from automaton.panel.http_status import NO_SUCH_API
from automaton.schema.address import is_address
from automaton.wings.node_client import NodeClient
from automaton.workbench.init_answers import read_config, read_key
from automaton.workbench.init_choices import InitChoices
from automaton.workbench.init_texts import NODE, PANEL

ASKED_WITHIN = 10.0  # seconds; somebody waits at a terminal
REDIRECTED = "who answers there sends on to another address: write the one at which the Panel itself is"
KEY_REFUSED = "the Panel does not accept this key: is it mistyped, revoked, or another Panel's?"


def try_panel(choices: InitChoices) -> None:
    """Asks without a key whether a Panel is there. Raises Refused or Weather, each a sentence for people."""
    tls = _tls(choices)

    async def ask() -> None:
        async with HttpClient(tls) as client:
            try:
                status = await _status(client, choices.panel)
            except NotAnswered as problem:
                if problem.distrusted:
                    told = f"the certificate there does not hold: {problem.distrusted}"
                    raise Refused(f"{told}; `--ca FILE` trusts another") from None
                if await _speaks_plain(client, choices.panel):
                    plain = choices.panel.replace("https://", "http://", 1)
                    raise Refused(f"it speaks plain http: try {plain}") from None
                raise Unreachable(f"the Panel does not answer: {problem}") from None
        if status == HTTPStatus.NOT_FOUND or status < HTTPStatus.MULTIPLE_CHOICES:  # a Panel wants a key
            raise Refused(NO_SUCH_API)
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            raise Refused(REDIRECTED)

    anyio.run(ask)


async def _status(client: HttpClient, panel: str) -> int:
    headers = {"Accept": "application/json"}
    return await client.status("GET", f"{panel}/api/client", within=ASKED_WITHIN, headers=headers)


async def _speaks_plain(client: HttpClient, panel: str) -> bool:
    """Whether somebody answers without TLS, at the very port where TLS is not understood."""
    parts = urlsplit(panel)
    if parts.scheme != "https":
        return False
    place = parts.netloc if parts.port else f"{parts.netloc}:443"
    plain = urlunsplit(parts._replace(scheme="http", netloc=place))
    try:
        await _status(client, plain)
    except NotAnswered:
        return False
    return True


def discover_panel(choices: InitChoices) -> list[Profile]:
    """All servers that the key may see. Raises Refused or Weather, each a sentence for people."""
    assert choices.key is not None
    if not choices.panel.startswith(("https://", "http://")):
        raise Refused(f"`{choices.panel}` is no address: write it as https://panel.example.org")
    key, tls = choices.pasted.get(choices.key) or read_key(choices.key), _tls(choices)

    async def ask() -> list[Profile]:
        account = PanelEndpoint(name=PANEL, url=choices.panel, keys=(key,))
        client = PanelClient(account, key, clock=SystemClock(), tls=tls)
        try:
            return await client.servers()
        except Refused as problem:
            if problem.status != HTTPStatus.UNAUTHORIZED:
                raise
            # What is said elsewhere is of a file's `keys`.
            raise Refused(KEY_REFUSED, status=problem.status) from None
        finally:
            await client.aclose()

    return anyio.run(ask)


def discover_node(choices: InitChoices) -> list[Profile]:
    """All servers of the node, by its own token. Raises Refused or Weather, each a sentence for people."""
    assert choices.node is not None
    config = read_config(choices.node)
    config = replace(config, address=choices.address or config.address)
    if not is_address(config.address):
        raise Refused(f"`{config.address}` is no address of a node: tell it by `--address`")
    tls = _tls(choices)

    async def ask() -> list[Profile]:
        client = NodeClient(NODE, config, clock=SystemClock(), tls=tls)
        try:
            return await client.servers()
        finally:
            await client.aclose()

    return anyio.run(ask)


def _tls(choices: InitChoices) -> ssl.SSLContext:
    try:
        return tls_context(choices.ca)
    except OSError as problem:  # an SSLError is one
        why = "it holds no certificate" if isinstance(problem, ssl.SSLError) else problem.strerror
        raise Refused(f"{choices.ca} cannot be used: {why}; name a file of PEM certificates") from None
