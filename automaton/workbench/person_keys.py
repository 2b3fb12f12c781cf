"""How a person who uses the page is written: as a key of automaton.yml, and as the name of a credential."""

from __future__ import annotations

import re

NOT_IN_FILES = re.compile(r"[^A-Za-z0-9_.-]")
LONGEST_CREDENTIAL = 50  # letters: with what stands around them, below the 64 of a name in automaton.yml
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.+-]*")
NO_NAMES = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""What YAML, of one version or the other, takes for something else than a text."""


def credential_of(name: str, kind: str = "") -> str:
    """What the credential of a person is called: as automaton.yml takes it, and as a file may be."""
    return f"web_{NOT_IN_FILES.sub('_', name)[:LONGEST_CREDENTIAL]}{kind}"


def key_of(name: str) -> str:
    """A person's name as a key of automaton.yml: in quotes where YAML would read something else."""
    return name if PLAIN.fullmatch(name) and name.lower() not in NO_NAMES else f'"{name}"'
