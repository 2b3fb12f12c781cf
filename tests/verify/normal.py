"""A frame without what is free to differ, and the kind of which order is kept (protocol.md 4.4)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum

_ERROR = re.compile(r"Error Event \[[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\]")
# What Docker says of an image that it cannot get, and the image's name: the recordings' page names neither.
_PULL = re.compile(r'(environment/docker: failed to pull ).*(?="\]\}\n$)')
_FIGURE = re.compile(r'(\\":)-?\d+(?:\.\d+)?(?:e[+-]?\d+)?')
_BACKUP = re.compile(r'(\\"(?:checksum|file_size)\\":)(?:\\"[^"\\]*\\"|\d+)')
_DAEMON = re.compile(r"^\x1b\[33m\x1b\[1m\[.* Daemon\]:\x1b\[39m ")


class Kind(StrEnum):
    """What keeps its order among itself."""

    CONSOLE = "console"
    DAEMON = "daemon line"
    STATUS = "status"
    READING = "reading"  # once a second
    READ = "reading on request"
    INSTALLER = "installer"
    ANSWER = "answer"
    REPLACED = "token error"  # bare: stands for anything that was not told
    TICKER = "ticker"
    BUS = "bus"
    OTHER = "other"


_BY_NAME = {
    "status": Kind.STATUS,
    "install output": Kind.INSTALLER,
    "transfer logs": Kind.INSTALLER,
    "auth success": Kind.ANSWER,
    "daemon error": Kind.ANSWER,
    "throttled": Kind.ANSWER,
    "token expiring": Kind.TICKER,
    "token expired": Kind.TICKER,
}
BUS = (Kind.DAEMON, Kind.STATUS, Kind.BUS)
"""The kinds of one channel: across them order is kept, but for what comes within some ms."""


@dataclass(frozen=True, slots=True)
class Normal:
    """`text` is compared; `state` is what a reading tells."""

    kind: Kind
    text: str
    name: str = ""
    state: str = ""


def normal(raw: str) -> Normal:
    """What is compared of one frame. What is no message of Wings is compared as it is."""
    try:
        message = json.loads(raw)
        name, arg = message["event"], (message.get("args") or [""])[0]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return Normal(Kind.OTHER, raw)
    if not isinstance(name, str) or not isinstance(arg, str):
        return Normal(Kind.OTHER, raw)
    text = _ERROR.sub("Error Event [id]", raw)
    match name:
        case "console output":
            return Normal(Kind.DAEMON if _DAEMON.match(arg) else Kind.CONSOLE, text, name)
        case "jwt error":
            return Normal(Kind.ANSWER if arg.startswith("Error Event") else Kind.REPLACED, text, name)
        case "stats":
            return _reading(raw, arg)
        case "daemon error":
            text = _PULL.sub(r"\1[image]", text)
        case "backup completed":
            return Normal(Kind.BUS, _BACKUP.sub(r"\1free", raw), name)
    return Normal(_BY_NAME.get(name, Kind.BUS), text, name)


def _reading(raw: str, arg: str) -> Normal:
    try:
        state = json.loads(arg)["state"]
    except (ValueError, KeyError, TypeError):
        return Normal(Kind.OTHER, raw)
    text = _FIGURE.sub(r"\1#", raw)
    # Answers keep the order of Wings' struct; what is broadcast is sorted. The last of a run is no
    # matter of phase: it comes with `offline`.
    if arg.startswith('{"memory_bytes"'):
        return Normal(Kind.READ, text, "stats", state)
    return Normal(Kind.BUS if state == "offline" else Kind.READING, text, "stats", state)
