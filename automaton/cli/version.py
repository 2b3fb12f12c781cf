"""`automaton version`: the version, and those of Python and the main libraries."""

from __future__ import annotations

import platform
from importlib.metadata import version

from automaton import __version__
from automaton.cli.options import AsJson
from automaton.printable import say, say_json

EXAMPLES = (
    "automaton version",
    "automaton version --json",
)


def run(as_json: AsJson = False) -> None:
    """Say the version, and that of Python and the libraries that matter most."""
    known = {"automaton": __version__, "python": platform.python_version()}
    known |= {name: version(name) for name in ("anyio", "httpx", "httpx-ws", "google-re2", "apprise")}
    if as_json:
        say_json(known)
        return
    for name, number in known.items():
        say(f"{name} {number}")
