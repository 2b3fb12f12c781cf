"""What an egg tells of its game: its name, the line by which Wings knows that it is up, how it is stopped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from automaton.errors import Refused
from automaton.safe_files import read_at_most

LARGEST = 4 * 1024 * 1024
"""Bytes of an egg's file; the largest public one has some 100 KB, with its install script."""


@dataclass(frozen=True, slots=True)
class ExportedEgg:
    """`done` are texts of which one is printed, or patterns behind `regex:`.

    `stop` is a command, "" where a signal stops the game.
    """

    name: str = ""
    done: tuple[str, ...] = ()
    stop: str = ""


NO_EGG = ExportedEgg()


def read_egg(path: Path) -> ExportedEgg:
    """Reads an egg as Panels export it. Raises Refused where it is none, OSError."""
    raw = read_at_most(path, LARGEST)
    try:
        egg = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused(f"{path} is no egg: it is not JSON") from None
    if not isinstance(egg, Mapping) or not isinstance(egg.get("name"), str):
        raise Refused(f"{path} is no egg: it has no `name`")
    config = egg.get("config")
    config = config if isinstance(config, Mapping) else {}
    stop = config.get("stop")
    stop = stop.strip() if isinstance(stop, str) else ""
    return ExportedEgg(
        egg["name"].strip(),
        _done(config.get("startup")),
        "" if stop.startswith("^") or "\n" in stop else stop,
    )


def _done(startup: object) -> tuple[str, ...]:
    """In exported eggs a text with JSON in it; a text, or a list of them."""
    if isinstance(startup, str):
        try:
            startup = json.loads(startup)
        except (ValueError, RecursionError):
            return ()
    done = startup.get("done") if isinstance(startup, Mapping) else None
    every = done if isinstance(done, list) else [done]
    return tuple(one for one in every if isinstance(one, str) and one.strip() and "\n" not in one)
