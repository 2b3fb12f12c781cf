"""What will do as an answer to a question of `automaton init`. Each refusal says what is expected.

Law: a secret may have been pasted anywhere, so nothing is repeated that may be one.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from automaton.delivery.apprise import check_url
from automaton.errors import Refused
from automaton.safe_files import open_to_read
from automaton.schema.address import is_address
from automaton.secret import Secret
from automaton.wings.node_config import NodeConfig, NodeConfigError, read_node_config

LARGEST = 64 * 1024  # bytes of a key's file, a chat's, a node's config.yml
CLIENT_KEYS = ("ptlc_", "pacc_")
APPLICATION_KEYS = ("ptla_", "papp_", "peli_")
SHORTEST_OLD_KEY = 32  # letters: those of Panels before 1.8 have no prefix, and 48
_PATHS = ("/", "./", "../", "~")
_WEBHOOK = "/webhooks/"


def panel_address(text: str) -> str:
    """The Panel's address, without a slash at its end."""
    text = text.rstrip("/")
    if text.startswith((*CLIENT_KEYS, *APPLICATION_KEYS)):
        raise Refused("this looks like a key: here is the Panel's address, as https://panel.example.org")
    if _WEBHOOK in text:
        raise Refused("this looks like a chat's webhook: here is the Panel's address; the chat comes last")
    return _address(text, "https://panel.example.org")


def node_address(text: str) -> str:
    """Where a node's Wings listens, without a slash at its end."""
    return _address(text.rstrip("/"), "http://127.0.0.1:8080")


def _address(text: str, example: str) -> str:
    if "@" in text:
        raise Refused(f"an address holds no user and no password: write it as {example}")
    if "://" not in text:
        # A number, or this machine, hardly has a certificate of its own.
        scheme = "http" if text.startswith("localhost") or text[:1].isdigit() else "https"
        complete = f"{scheme}://{text}"
        hint = f", as {complete}" if text and is_address(complete) else f", as {example}"
        raise Refused(f"an address begins with https:// or http://{hint}")
    if not is_address(text):
        raise Refused(f"this is no address: a host and perhaps a port from 1 to 65535, as {example}")
    parts = urlsplit(text)
    if parts.query or parts.fragment:
        raise Refused("an address ends before `?` and `#`")
    return text


def key(text: str) -> Path | Secret:
    """The file that holds a client key, or the key itself."""
    if (path := _path(text)) is not None:
        read_key(path)
        return path
    if "://" in text:
        raise Refused("this is an address: here is a client API key, or the file that holds one")
    if trouble := _key_trouble(text):
        raise Refused(f"this {trouble}")
    if not text.startswith(CLIENT_KEYS) and len(text) < SHORTEST_OLD_KEY:
        raise Refused(
            "this is neither a client API key, which begins with `ptlc_` or `pacc_`, nor a file that is there"
        )
    return Secret(text)


def read_key(path: Path) -> Secret:
    """The client key in a file. Raises Refused for anything else, without quoting any of it."""
    text = read(path).strip()
    if trouble := _key_trouble(text):
        raise Refused(f"{path} {trouble}")
    return Secret(text)


def _key_trouble(text: str) -> str:
    if not text or len(text.split()) != 1 or not text.isprintable():
        return "holds no key: a client API key is one word, as `ptlc_…`, with nothing beside it"
    if text.startswith(APPLICATION_KEYS):
        return "is an application key: make a client key as the subuser, under its account"
    return ""


def chat(text: str) -> Path | Secret | None:
    """The file that holds an Apprise URL, or the URL itself; None for nothing."""
    if not text:
        return None
    if (path := _path(text)) is not None:
        refuse_other_chat(path)
        return path
    if text.startswith((*CLIENT_KEYS, *APPLICATION_KEYS)):
        raise Refused("this looks like a key of the Panel: here is a chat's URL")
    if "://" not in text:
        raise Refused(
            "this is neither a URL, as `discord://…` or the address of a webhook, nor a file that is there"
        )
    if trouble := check_url(Secret(text)):
        raise Refused(trouble)
    return Secret(text)


def refuse_other_chat(path: Path) -> None:
    """Raises Refused where the file holds no Apprise URL."""
    if trouble := check_url(Secret(read(path).strip())):
        raise Refused(f"{path} cannot be used: {trouble}")


def node_config(text: str) -> Path:
    """A config.yml of Wings that can be read and understood."""
    if "://" in text:
        raise Refused(
            "this is an address: here is the path of a file. For a Panel press Ctrl-C and begin anew"
        )
    if text.startswith((*CLIENT_KEYS, *APPLICATION_KEYS)):
        raise Refused(
            "this looks like a key: here is the path of a file. For a Panel press Ctrl-C and begin anew"
        )
    path = as_written(Path(text).expanduser())
    read_config(path)
    return path


def read_config(path: Path) -> NodeConfig:
    """What automaton needs of it. Raises Refused."""
    try:
        return read_node_config(Secret(read(path)), os.environ)
    except NodeConfigError as problem:
        raise Refused(f"{path}: {problem}") from None


def as_written(path: Path) -> Path:
    """The path as systemd takes it: absolute, without `..`, without blanks. Raises Refused."""
    # Not Path.resolve(), which raises for a link to itself.
    found = Path(os.path.realpath(path.parent), path.name)
    if not str(found).isprintable() or " " in str(found):
        raise Refused(f"systemd takes no path with blanks: rename {str(found)!r}")
    return found


def read(path: Path) -> str:
    """A small text. Raises Refused with the reason."""
    try:
        with open_to_read(path) as file:
            return file.read(LARGEST).decode()
    except (OSError, UnicodeDecodeError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is no text"
        raise Refused(f"{path} cannot be read: {why}") from None


def _path(text: str) -> Path | None:
    """A path that was typed; None for what is rather a secret, and must not be repeated as a path."""
    if not text or "://" in text:
        return None
    try:
        is_path = text.startswith(_PATHS) or Path(text).is_file()
    except (OSError, ValueError):  # longer than a name may be, or with a null in it
        return None
    return as_written(Path(text).expanduser()) if is_path else None
