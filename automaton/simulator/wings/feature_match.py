"""Pelican's Wings recognizes known problems on the console, for its Panel (protocol.md 4)."""

from __future__ import annotations

from automaton.simulator.wings.outbound_frame import go_json

PATTERNS = {
    "eula": ("you need to agree to the eula in order to run the server",),
    "java_version": (
        "java.lang.unsupportedclassversionerror",
        "minecraft 1.17 requires running the server with java 16 or above",
        "unsupported major.minor version",
    ),
    "pid_limit": (
        "pthread_create failed",
        "unable to create native thread",
        "unable to create new native thread",
    ),
}


def match(features: tuple[str, ...], line: str) -> str | None:
    """The argument of a `feature match` for the first pattern that fits, or None."""
    lower = line.lower()
    for key in features:
        for pattern in PATTERNS[key]:
            if pattern in lower:
                return go_json({"key": key, "pattern": pattern, "line": line})
    return None
