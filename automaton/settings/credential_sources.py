"""Where systemd takes the service's credentials from, for whoever may read the same files outside of it.

Only `LoadCredential=NAME:/PATH` of the unit and its drop-ins is read: what is encrypted, or comes over a
socket or from another folder of systemd's, stays the service's own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from automaton.safe_files import read_at_most
from automaton.settings.usual_paths import USUAL_FILE

UNITS = (Path("/usr/lib/systemd/system"), Path("/lib/systemd/system"), Path("/etc/systemd/system"))
UNIT = "automaton.service"
LARGEST = 64 * 1024  # bytes of a unit or drop-in; ours has 3 KiB
_LINE = re.compile(r"(?m)^\s*LoadCredential\s*=[ \t]*(?:([^:\s]+):(\S+))?[ \t]*$")
_SPECIFIER = re.compile(r"%(?!%)")


def sources_of(config: Path, units: Iterable[Path] = UNITS) -> dict[str, Path]:
    """The files of the credentials for this automaton.yml.

    Those of the machine's unit are for the file that the unit runs with alone: another one may send what it
    names to another Panel. A unit and drop-ins that lie beside it, as `automaton init FOLDER` writes them,
    are its own.
    """
    # Not Path.resolve(), which raises for a link to itself.
    is_usual = os.path.realpath(config) == str(USUAL_FILE)
    folders = [*units] if is_usual else [config.absolute().parent]
    found: dict[str, Path] = {}
    for file in (one for folder in folders for one in _files(folder)):
        try:
            text = read_at_most(file, LARGEST).decode()
        except (OSError, UnicodeDecodeError):
            continue  # what it names is then told as not readable, each with its name
        found = taken_from(text, found)
    return found


def taken_from(text: str, before: Mapping[str, Path] | None = None) -> dict[str, Path]:
    """Those that one unit file names, beside what was `before`. An empty line takes all of these back."""
    found = dict(before or {})
    for name, path in _LINE.findall(text):
        if not name:
            found.clear()
        elif path.startswith("/") and not _SPECIFIER.search(path.replace("%%", "")):
            found[name] = Path(path.replace("%%", "%"))
    return found


def _files(folder: Path) -> list[Path]:
    """As systemd reads them: the unit, then its drop-ins by name."""
    return [folder / UNIT, *sorted((folder / f"{UNIT}.d").glob("*.conf"))]
