"""Lists the servers of a Panel or a node once, before anything is configured."""

from __future__ import annotations

import ssl
from dataclasses import replace

import anyio

from automaton.core.events import Profile
from automaton.errors import Refused
from automaton.pace.clock import SystemClock
from automaton.pace.trust import tls_context
from automaton.panel.client import PanelClient
from automaton.panel.endpoint import PanelEndpoint
from automaton.schema.address import is_address
from automaton.wings.node_client import NodeClient
from automaton.workbench.init_answers import read_config, read_key
from automaton.workbench.init_choices import InitChoices
from automaton.workbench.init_texts import NODE, PANEL


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
