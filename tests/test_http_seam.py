"""All HTTP goes through one seam: no other file makes a client, or knows a library that would."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

AUTOMATON = Path(__file__).parents[1] / "automaton"
SOURCES = sorted(path.relative_to(AUTOMATON).as_posix() for path in AUTOMATON.rglob("*.py"))

CLIENTS = {
    "aiohttp", "apprise", "ftplib", "h2", "http.client", "httpcore", "httpx", "httpx_ws", "imaplib",
    "niquests", "paramiko", "poplib", "pycurl", "requests", "smtplib", "telnetlib", "urllib.request",
    "urllib3", "websockets", "xmlrpc", "xmlrpc.client",
}  # fmt: skip
"""Libraries that can ask something of another machine."""

ALLOWED = {
    "pace/bounded_transport.py": {"httpx", "httpcore"},  # the seam: what an answer may cost
    "pace/http_client.py": {"httpx", "httpcore"},  # the seam: the client
    "pace/http_address.py": {"httpx"},  # reads addresses as the client will, and asks nobody
    # A websocket's frames over the stream that the seam opened; httpcore is here for that, and its errors.
    "wings/byte_source.py": {"httpcore"},
    "wings/link.py": {"httpcore", "httpx_ws"},
    "wings/pushed_bytes.py": {"httpcore"},
    # Chat services, through Apprise, whose own seam bounds what `requests` reads.
    "delivery/apprise.py": {"apprise"},
    "delivery/bounded_requests.py": {"requests", "urllib3", "http.client", "smtplib"},
    # A Unix socket of this machine, whose owner was looked at: the other end is our own daemon. The seam
    # is for tasks of an event loop; a command has none, and follows a console for as long as it likes.
    "workbench/unix_http.py": {"http.client"},
    # The same for the page's process: it asks our own daemon, and nobody else.
    "web/pages/control_client.py": {"httpx"},
}
"""What may be imported where. The simulator needs no line: it answers, and asks nobody."""

MAKERS = {
    "AsyncClient", "Client", "AsyncHTTPTransport", "HTTPTransport", "AsyncConnectionPool", "ConnectionPool",
    "AsyncHTTPConnection", "HTTPConnection", "AsyncHTTPProxy", "AsyncSOCKSProxy",
    "stream", "get", "post", "put", "patch", "delete", "head", "options",
    "request",
}  # fmt: skip
MADE = {
    ("pace/bounded_transport.py", "AsyncHTTPTransport"),
    ("pace/bounded_transport.py", "AsyncHTTPConnection"),  # for the one request that becomes a websocket
    ("pace/http_client.py", "AsyncClient"),
    ("web/pages/control_client.py", "AsyncClient"),
    ("web/pages/control_client.py", "AsyncHTTPTransport"),
}
"""Who makes which client or transport of httpx and httpcore."""

OPENERS = {
    "connect", "connect_ex", "connect_tcp", "connect_unix", "create_connection", "create_unix_connection",
    "open_connection", "sock_connect",
}  # fmt: skip
OF_SQLITE = "journal/"  # to connect is to open a file there; that it imports no client stands above
OPENED = {
    ("daemon/page/uptime_file.py", "connect"),  # SQLite's, to a file of the state folder
    ("pace/bounded_transport.py", "connect_tcp"),
    ("pace/bounded_transport.py", "create_connection"),  # makes the object; `connect_tcp` opens it
    ("delivery/bounded_requests.py", "connect"),  # chat services, the seam of `requests`
    ("daemon/lock.py", "connect"),  # a Unix socket of this machine: whether another daemon lives
    ("web/socket_probe.py", "connect"),  # likewise
    ("query/asking.py", "connect_tcp"),  # games, asked by a protocol of theirs; it has bounds of its own
    ("workbench/unix_http.py", "connect"),  # a Unix socket of this machine: our own daemon
    ("wings/link_supervisor.py", "connect"),  # the driver of a session, which asks the seam
    ("wings/acting_socket.py", "connect"),  # likewise
    ("cluster/nats/connection.py", "connect"),  # nats-py's, which has bounds of its own
}
"""Who opens connections without a library of HTTP."""


def tree_of(source: str) -> ast.Module:
    return ast.parse((AUTOMATON / source).read_text(encoding="utf-8"))


def imported(source: str) -> set[str]:
    """Every module that a file imports, wherever in it, with all that it stands in."""
    names: set[str] = set()
    for node in ast.walk(tree_of(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in (
            "__import__",
            "importlib.import_module",
        ):
            names |= {str(argument.value) for argument in node.args if isinstance(argument, ast.Constant)}
    return {
        ".".join(parts[:end])
        for name in names
        for parts in [name.split(".")]
        for end in range(1, len(parts) + 1)
    }


@pytest.mark.parametrize("source", SOURCES)
def test_a_file_imports_no_library_that_asks_over_the_network_but_those_of_the_seam(source: str) -> None:
    assert imported(source) & CLIENTS <= ALLOWED.get(source, set())


def test_each_that_is_allowed_is_used() -> None:
    assert {source: imported(source) & CLIENTS for source in ALLOWED} == ALLOWED


def test_clients_are_made_in_the_seam_alone() -> None:
    made = {
        (source, node.func.attr)
        for source in ALLOWED
        for node in ast.walk(tree_of(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("httpx", "httpcore")
        and node.func.attr in MAKERS
    }

    assert made == MADE


def test_no_client_is_brought_in_by_its_bare_name() -> None:
    bare = {
        (source, alias.name)
        for source in SOURCES
        for node in ast.walk(tree_of(source))
        if isinstance(node, ast.ImportFrom) and node.module in ("httpx", "httpcore")
        for alias in node.names
        if alias.name in MAKERS
    }

    assert bare == set()


def test_connections_are_opened_by_nobody_else() -> None:
    opened = {
        (source, name)
        for source in SOURCES
        if not source.startswith(OF_SQLITE)
        for node in ast.walk(tree_of(source))
        if isinstance(node, ast.Call)
        and (name := node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func))
        in OPENERS
    }

    assert opened == OPENED
