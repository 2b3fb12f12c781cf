"""Seconds as people write them, for the sentences of the core: `45s`, `2m`, `1h 30m`."""

from __future__ import annotations

UNITS = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))


def span(seconds: float) -> str:
    """The two largest units; below a second `0s`."""
    rest = max(0, round(seconds))
    parts: list[str] = []
    for unit, length in UNITS:
        amount, rest = divmod(rest, length)
        if amount or parts:
            parts.append(f"{amount}{unit}" if amount else "")
    return " ".join(part for part in parts[:2] if part) or "0s"
