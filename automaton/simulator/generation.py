"""What differs between Wings' generations (protocol.md 0, 8): a row of facts each, and no code.

A new generation is a new row, and a new fact where the old ones do not tell it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """How one generation behaves. None means that it knows no such limit."""

    name: str
    version: str
    needs_scope: bool = False
    throttles: bool = False
    deflates: bool = False
    read_limit: int | None = None
    sockets_a_server: int | None = None
    drops_suspended: bool = False
    reads_binary: bool = True
    deauthorizes: bool = False


G11 = Generation(name="g11", version="1.11.11")
G12 = replace(
    G11,
    name="g12",
    version="1.12.1",
    throttles=True,
    deflates=True,
    read_limit=4096,
    sockets_a_server=30,
    drops_suspended=True,
    reads_binary=False,
    deauthorizes=True,
)
G12_2 = replace(G12, name="g12.2", version="1.12.2", needs_scope=True)
GENERATIONS = {generation.name: generation for generation in (G11, G12, G12_2)}
