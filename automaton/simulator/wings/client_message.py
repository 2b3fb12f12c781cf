"""A client's message: an event and its argument, read as Go reads JSON (protocol.md 3)."""

from __future__ import annotations

import json

LARGEST = 32768  # characters once inflated; on the wire it may take 4096 bytes (protocol.md 1)


def parsed(text: str) -> tuple[str, str] | None:
    """Event and joined arguments, or None for what Wings ignores. Keys match in any case, as in Go."""
    if len(text) > LARGEST:
        return None
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    fields = {key.lower(): value for key, value in body.items()}
    event, args = fields.get("event") or "", fields.get("args") or []
    if not isinstance(event, str) or not isinstance(args, list):
        return None
    if not all(arg is None or isinstance(arg, str) for arg in args):
        return None
    return event, "".join(arg or "" for arg in args)
