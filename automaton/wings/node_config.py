"""A node's own config.yml, as far as direct mode needs it: its token, its Origin, where it listens.

The token gives full control of the node: it is a Secret from the first line on, and no message quotes
the file. It is expanded as Wings does it: the environment first, then `file://`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from automaton.safe_files import read_at_most
from automaton.schema import nodes
from automaton.schema.scalar import Scalar
from automaton.secret import Secret

TOKEN_VARIABLE = "WINGS_TOKEN"  # noqa: S105 - a name; it overrides the file (protocol.md 7)
USUAL_PORT = 8080

_VARIABLE = re.compile(r"\$(?:\{([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*))")
_FILE = "file://"
_EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - what Wings listens on; it is reached on the loopback
_LOOPBACK = "127.0.0.1"


class NodeConfigError(Exception):
    """What is wrong with a config.yml, and what to do; never a value out of it."""


@dataclass(frozen=True, slots=True)
class NodeConfig:
    """`remote` is the Origin that Wings accepts; `address` its own URL, without a trailing slash."""

    uuid: str
    token: Secret
    remote: str
    address: str


LONGEST_TOKEN = 64 * 1024  # bytes of a file that holds one; Wings' own has 64


def _read_token(path: Path) -> str:
    return read_at_most(path, LONGEST_TOKEN).decode()


def read_node_config(
    text: Secret, env: Mapping[str, str], read: Callable[[Path], str] = _read_token
) -> NodeConfig:
    """The file's text as data. Raises NodeConfigError.

    `env` is the environment as Wings itself would see it; `read` reads a file that the token names.
    """
    root, _ = nodes.read_all(text.reveal(), "config.yml")
    if not isinstance(root, nodes.Mapping):
        raise NodeConfigError("this is no config.yml of Wings: a mapping with `uuid`, `token` and `remote`")
    api = root.find("api")
    token = env.get(TOKEN_VARIABLE) or _text(root, "token")
    return NodeConfig(
        uuid=_text(root, "uuid"),
        token=Secret(_expanded(token, env, read)),
        remote=_text(root, "remote"),
        address=_address(api if isinstance(api, nodes.Mapping) else nodes.Mapping(root.place)),
    )


def _text(mapping: nodes.Mapping, key: str) -> str:
    value = mapping.find(key)
    if not isinstance(value, Scalar) or value.is_null or not value:
        raise NodeConfigError(f"config.yml names no `{key}`: copy the node's configuration from the Panel")
    return str(value)


def _address(api: nodes.Mapping) -> str:
    host, port, ssl = api.find("host"), api.find("port"), api.find("ssl")
    enabled = ssl.find("enabled") if isinstance(ssl, nodes.Mapping) else None
    name = str(host) if isinstance(host, Scalar) and not host.is_null else ""
    name = _LOOPBACK if name in _EVERYWHERE else f"[{name}]" if ":" in name else name
    number = str(port) if isinstance(port, Scalar) and port.isascii() and port.isdigit() else str(USUAL_PORT)
    return f"{'https' if enabled == 'true' else 'http'}://{name}:{number}"


def _expanded(token: str, env: Mapping[str, str], read: Callable[[Path], str]) -> str:
    """The token as Wings would expand it, but an empty variable is an error."""

    def of_environment(found: re.Match[str]) -> str:
        name = found[1] if found[1] is not None else found[2]
        if not env.get(name):
            raise NodeConfigError(
                f"the token in config.yml is the variable `{name}`: set it for automaton as for Wings"
            )
        return env[name]

    token = _VARIABLE.sub(of_environment, token)
    if token.startswith(_FILE):
        token = _of_file(Path(token.removeprefix(_FILE)), read)
    if not token:
        raise NodeConfigError(
            "the token of config.yml is empty: copy the node's configuration from the Panel"
        )
    return token


def _of_file(path: Path, read: Callable[[Path], str]) -> str:
    try:
        return read(path).rstrip("\r").rstrip("\n")  # in this order, as Wings does
    except (OSError, UnicodeError):
        raise NodeConfigError(
            f"the token in config.yml is the file `{path}`, which cannot be read here:"
            " give it to the user of automaton"
        ) from None
