"""The ports of the loopback that the simulator listens on: the one that was named, or the first that is free.

All are taken before anything is served, so that a busy one ends it in a sentence.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from automaton.errors import Unreachable, Unusable

HOST = "127.0.0.1"
BACKLOG = 65536  # the kernel cuts it to what it allows: a thousand links come at once
LAST_PORT = 65535
TRIED = 100  # ports from the usual one on; more simulators than that nobody runs


@dataclass(frozen=True, slots=True)
class Port:
    """`number` 0 is any free port. Where nobody named it (`option` is empty), the next free one will do."""

    number: int = 0
    option: str = ""


ANY_PORT = Port()
USUAL_PANEL, USUAL_CONTROL, USUAL_NODE = Port(18080), Port(18180), Port(18280)
"""Not Wings' own 8080, which is taken on a node; below the ports that Linux gives to callers (32768 on)."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where to listen. Further nodes and Panels take the ports that follow."""

    panel: Port = ANY_PORT
    node: Port = ANY_PORT
    control: Port = ANY_PORT


def named_ports(panel: int | None, node: int | None, control: int | None) -> Ports:
    """The ports as options of `automaton simulate` tell them; the usual ones where they do not."""

    def of(number: int | None, option: str, usual: Port) -> Port:
        return usual if number is None else Port(number, option)

    return Ports(
        of(panel, "--panel-port", USUAL_PANEL),
        of(node, "--node-port", USUAL_NODE),
        of(control, "--control-port", USUAL_CONTROL),
    )


ANY_PORTS = Ports()


@dataclass(frozen=True, slots=True)
class ListeningSockets:
    """Sockets that listen already, and are nobody's yet. Whoever serves one closes it."""

    panels: tuple[socket.socket, ...]
    nodes: tuple[socket.socket, ...]
    control: socket.socket


@contextmanager
def listeners(ports: Ports, panels: int, nodes: int) -> Iterator[ListeningSockets]:
    """Takes all of them, and closes them at the end. Raises what `listen` raises."""
    with ExitStack() as stack:

        def taken(port: Port, count: int) -> tuple[socket.socket, ...]:
            return tuple(stack.enter_context(listen(port, number)) for number in range(count))

        yield ListeningSockets(
            taken(ports.panel, panels), taken(ports.node, nodes), taken(ports.control, 1)[0]
        )


def listen(port: Port = ANY_PORT, after: int = 0) -> socket.socket:
    """A socket that listens there, so many ports after the first.

    Raises Unreachable where another program has it, Unusable where this user may not listen there.
    """
    first = port.number and port.number + after
    tried = range(first, first + 1) if port.option or not first else range(first, first + TRIED)
    for number in tried:
        if number > LAST_PORT:
            raise _refused(number, port, "there is none")
        try:
            return socket.create_server((HOST, number), backlog=BACKLOG)
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise _refused(number, port, os.strerror(problem.errno or 0)) from None
    if port.option:
        raise Unreachable(
            f"port {first} of {HOST} is in use already: name another by `{port.option}`, or leave the option"
            " out: the first free one is taken then"
        )
    raise Unreachable(f"no port of {HOST} from {first} to {tried[-1]} is free: name one by its option")


def _refused(number: int, port: Port, why: str) -> Unusable:
    how = f"`{port.option}`" if port.option else "its option"
    return Unusable(f"cannot listen on port {number} of {HOST}: {why}; name another by {how}")
