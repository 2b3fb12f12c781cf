"""What people call a key, by the page's copy of the fleet; and by what a silence finds it."""

from __future__ import annotations

from collections.abc import Mapping

from automaton.core.gates.silences import GROUPS
from automaton.core.key import By, Key
from automaton.web.routes.changes import FleetRow

BEGINNING = 8  # characters of a uuid that nobody has a name for any more


def key_name(key: str, servers: Mapping[str, FleetRow]) -> str:
    """`lobby`, `node eu-1`, `the fleet`; with what `by` adds to it, `lobby / Steve`."""
    read = Key.read(key)
    if read.by is By.NODE:
        home = f"node {read.of}"
    elif read.by is By.FLEET:
        home = "the fleet"
    else:
        row = servers.get(read.of)
        home = row.name if row is not None else read.of[:BEGINNING]
    return " / ".join([home, *read.more])


def told_name(name: str, key: str) -> str:
    """The name that the daemon told of a key, where values of `by` stand as the key's text has them.

    `lobby / Öl & Fett` for `lobby/%C3%96l%20%26%20Fett`.
    """
    read = Key.read(key)
    if not read.more or not name:
        return name
    return " / ".join([name.removesuffix(read.text.removeprefix(read.home.text)), *read.more])


def values_of(key: str) -> str:
    """What `by` adds to the server, node or fleet of a key, as people read it; "" for nothing."""
    return " / ".join(Key.read(key).more)


def server_in(key: str) -> str:
    """The uuid of the server that a key is of, "" for a node or the fleet."""
    read = Key.read(key)
    return read.of if read.by is By.SERVER else ""


def glob_of(key: str, servers: Mapping[str, FleetRow]) -> str:
    """What a person writes in a silence to name the home of a key: its name, where that names it alone."""
    home = Key.read(key).home.text
    row = servers.get(home)
    if row is None:
        return home
    name = row.name
    is_plain = name == name.strip() and name.isprintable() and not any(char in name for char in ",*?")
    is_alone = sum(name.casefold() == one.name.casefold() for one in servers.values()) == 1
    return (
        name if name and is_plain and is_alone and not name.casefold().startswith(GROUPS) else row.id or home
    )


def called(key: str, servers: Mapping[str, FleetRow]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and groups of a key, as `Silence.covers` takes them."""
    read = Key.read(key)
    row = servers.get(read.of) if read.by is By.SERVER else None
    if row is not None:
        node = (f"node:{row.node}",) if row.node else ()
        return (row.name, row.id, row.uuid, key), (*node, *(f"tag:{tag}" for tag in row.tags))
    return (read.of, read.home.text, key), ((f"node:{read.of}",) if read.by is By.NODE else ())
