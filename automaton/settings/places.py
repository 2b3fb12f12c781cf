"""Types of the settings that point elsewhere: addresses, paths, and lists that hold one for now."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import BeforeValidator, ValidationInfo

from automaton.schema import nodes
from automaton.schema.mistake import Reading, mistake
from automaton.schema.readers import ReadBy, listed, read_by, text_of
from automaton.settings.secrets import Surroundings

T = TypeVar("T")

_EXPECTED = "an address as `https://panel.example.org`"


def _url(value: object) -> str:
    """An address with nothing in it but scheme, host, port and path: never a password."""
    text = text_of(value, _EXPECTED)
    try:
        parts = urlsplit(str(text))
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise mistake("url", "this is no address", text, found="", expected=_EXPECTED) from None
    if parts.username is not None or parts.password is not None:
        raise mistake("url", "an address holds no user and no password", found="`…@…`", expected=_EXPECTED)
    if parts.scheme not in ("http", "https") or not has_host or not str(text).isprintable() or " " in text:
        raise mistake("url", "an `https://` or `http://` address is expected", text)
    if parts.query or parts.fragment:
        raise mistake("url", "an address ends before `?` and `#`", text)
    return str(text).rstrip("/")


def _path(value: object, info: ValidationInfo) -> Path:
    if isinstance(value, Path):
        return value
    text = text_of(value, "a path")
    if not text or "\0" in text:
        raise mistake("path", "a path is expected", text)
    reading = info.context
    path = Path(str(text))
    if isinstance(reading, Reading) and isinstance(reading.around, Surroundings):
        return reading.around.folder / path
    return path


def _only_one(value: object) -> object:
    if isinstance(value, nodes.Sequence) and len(value) > 1:
        message = "several keys are not supported yet: name one"
        raise mistake("not-supported-yet", message, found=f"{len(value)} of them")
    return listed(value)


PanelUrl = Annotated[str, read_by(_url, type="string", format="uri")]
"""An address without a slash at its end."""

FilePath = Annotated[Path, ReadBy(_path, {"type": "string"})]
"""A path; a relative one is relative to the file in which it stands."""

OnlyOne = Annotated[tuple[T, ...], BeforeValidator(_only_one)]
"""A list that holds exactly one for now."""
