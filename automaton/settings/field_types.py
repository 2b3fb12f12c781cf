"""Types of the settings: addresses, paths, certificates, headers."""

from __future__ import annotations

import re
import ssl
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import ValidationInfo

from automaton.schema.address import is_address
from automaton.schema.annotations import DEFINED, ReadBy, read_by
from automaton.schema.context import ValidationContext
from automaton.schema.invalid import invalid
from automaton.schema.readers import text_of
from automaton.schema.scalar import Scalar
from automaton.secret import Secret
from automaton.settings.secrets import SettingsEnvironment, line

_EXPECTED = "an address as `https://panel.example.org`"
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|[0-9a-f:.]*:[0-9a-f:.]*", re.ASCII)
_PERSON = re.compile(r"[\w.@+-]{1,100}")
_PERSON_EXPECTED = "up to 100 letters, digits, `-`, `_`, `.`, `+` and `@`"
_LISTENED = "a host and a port as `127.0.0.1:9532`, in quotes"


def _url(value: object) -> str:
    """An address with a scheme, host, port and path and nothing else; never a password."""
    text = text_of(value, _EXPECTED)
    try:
        parts = urlsplit(str(text))
    except ValueError:
        raise invalid("url", "this is no address", text, found="", expected=_EXPECTED) from None
    if parts.username is not None or parts.password is not None:
        raise invalid("url", "an address holds no user and no password", found="`…@…`", expected=_EXPECTED)
    if not text.isascii() and text.isprintable():
        message = "an address holds ASCII alone: write an international name as `xn--…`"
        raise invalid("url", message, text, expected=_EXPECTED)
    if not is_address(str(text)):
        message = "an `https://` or `http://` address is expected, with a host, and a port up to 65535"
        raise invalid("url", message, text)
    if parts.query or parts.fragment:
        raise invalid("url", "an address ends before `?` and `#`", text)
    return str(text).rstrip("/")


def _path(value: object, info: ValidationInfo) -> Path:
    if isinstance(value, Path):
        return value
    text = text_of(value, "a path")
    if not text or "\0" in text:
        raise invalid("path", "a path is expected", text)
    context = info.context
    path = Path(str(text))
    if isinstance(context, ValidationContext) and isinstance(context.around, SettingsEnvironment):
        return context.around.folder / path
    return path


def _authority(value: object, info: ValidationInfo) -> Path:
    path = _path(value, info)
    if isinstance(value, Path):
        return path
    trying = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        trying.load_verify_locations(cafile=path)
    except ssl.SSLError:
        message = f"`{path}` holds no certificate: write the authority's certificate into it, as PEM"
        raise invalid("ca", message) from None
    except OSError as error:
        why = error.strerror or "it cannot be read"
        raise invalid("ca", f"`{path}` cannot be read ({why}): name a file of PEM certificates") from None
    return path


HttpUrl = Annotated[str, read_by(_url, type="string", format="uri")]
"""An address, without the slash at its end."""


def _call_url(value: object, info: ValidationInfo) -> Secret:
    """A literal may hold nothing secret, so no password; an address with a token is named as a secret."""
    if isinstance(value, Scalar) and not value.is_null:
        return Secret(_url(value))
    secret = line(value, info)
    if secret.reveal() and not is_address(secret.reveal()):
        message = (
            "what is kept there is no `https://` or `http://` address with a host, and a port up to 65535"
        )
        raise invalid("url", message, found="***", expected=_EXPECTED)
    return secret


def _header(value: object, info: ValidationInfo) -> Secret:
    """A literal or a secret: checks.py warns of a literal that looks like a secret."""
    if isinstance(value, Scalar) and not value.is_null:
        if not value.isprintable():
            raise invalid("header", "a header holds no control characters", value, found="***")
        return Secret(str(value))
    return line(value, info)


def is_loopback(host: str) -> bool:
    """Whether only this machine itself reaches it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _host_name(value: object) -> str:
    """A name as a browser sends it, in small letters: no scheme, no port, no pattern."""
    text = text_of(value, "a name as `automaton.example.org`")
    name = text.strip().lower().removesuffix(".")
    if not _NAME.fullmatch(name):
        message = "a host's name is expected, without a scheme and a port"
        raise invalid("host", message, text, expected="a name as `automaton.example.org`")
    return name


def _person(value: object) -> str:
    """A name as people sign in with it, or as a proxy writes it, which is often an address of mail."""
    text = text_of(value, _PERSON_EXPECTED)
    if not _PERSON.fullmatch(text):
        raise invalid("name", "this is no name of a person", text, expected=_PERSON_EXPECTED)
    return text


def _host_and_port(value: object) -> tuple[str, int]:
    """The host, without the brackets of IPv6, and the port."""
    if isinstance(value, tuple):
        return value
    text = text_of(value, _LISTENED)
    host, separator, port = text.strip().rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not separator or not host or not (port.isascii() and port.isdigit() and 0 <= int(port) < 65536):
        raise invalid("address", "a host and a port are expected", text, expected=_LISTENED)
    return host, int(port)


CallUrl = Annotated[Secret, ReadBy(_call_url, {"anyOf": [{"type": "string"}, {DEFINED: "secret"}]})]
"""An address to call, written out, or named as a secret where it has a token in it."""

HeaderText = Annotated[Secret, ReadBy(_header, {"anyOf": [{"type": "string"}, {DEFINED: "secret"}]})]
"""The value of a header, written out or named as a secret."""

HostName = Annotated[str, read_by(_host_name, type="string")]
"""A host's name, or an address, as it stands in a browser's line of addresses."""

PersonName = Annotated[str, read_by(_person, type="string")]
"""Who signs in: a name, or an address of mail."""

HostPort = Annotated[tuple[str, int], read_by(_host_and_port, type="string")]
"""Where to listen: a host and a port; 0 is any free one."""

FilePath = Annotated[Path, ReadBy(_path, {"type": "string"})]
"""A path; a relative one is relative to the file in which it is written."""

Authority = Annotated[Path, ReadBy(_authority, {"type": "string"})]
"""A file of trusted PEM certificates; it is tried when the settings are read."""
