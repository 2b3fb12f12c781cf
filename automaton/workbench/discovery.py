"""Lists the servers of a Panel or a node once, before anything is configured."""

from __future__ import annotations

import os
import ssl
from dataclasses import replace
from pathlib import Path

import anyio

from automaton.core.events import Profile
from automaton.errors import Refused
from automaton.pace.clock import SystemClock
from automaton.pace.trust import tls_context
from automaton.panel.client import PanelClient
from automaton.panel.endpoint import PanelEndpoint
from automaton.safe_files import open_to_read
from automaton.schema.address import is_address
from automaton.secret import Secret
from automaton.wings.node_client import NodeClient
from automaton.wings.node_config import NodeConfigError, read_node_config
from automaton.workbench.init_choices import InitChoices
from automaton.workbench.init_texts import NODE, PANEL

LARGEST = 64 * 1024


def discover_panel(choices: InitChoices) -> list[Profile]:
    """All servers that the key may see. Raises Refused or Weather, each a sentence for people."""
    assert choices.key is not None
    if not choices.panel.startswith(("https://", "http://")):
        raise Refused(f"`{choices.panel}` is no address: write it as https://panel.example.org")
    key, tls = read_key(choices.key), _tls(choices)

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
    try:
        config = read_node_config(Secret(_text(choices.node)), os.environ)
    except NodeConfigError as problem:
        raise Refused(str(problem)) from None
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


def read_key(path: Path) -> Secret:
    """The client key in a file. Raises Refused for anything else, without quoting any of it."""
    text = _text(path).strip()
    if not text or len(text.split()) != 1:
        raise Refused(f"{path} holds no key: write the client API key into it, and nothing else")
    if text.startswith(("ptla_", "papp_", "peli_")):
        raise Refused(f"{path} holds an application key: make a client key as the subuser, under its account")
    return Secret(text)


def _tls(choices: InitChoices) -> ssl.SSLContext:
    try:
        return tls_context(choices.ca)
    except OSError as problem:  # an SSLError is one
        why = "it holds no certificate" if isinstance(problem, ssl.SSLError) else problem.strerror
        raise Refused(f"{choices.ca} cannot be used: {why}; name a file of PEM certificates") from None


def _text(path: Path) -> str:
    try:
        with open_to_read(path) as file:
            return file.read(LARGEST).decode()
    except (OSError, UnicodeDecodeError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is no text"
        raise Refused(f"{path} cannot be read: {why}") from None
