"""Where the service's files lie where nobody says otherwise.

Imports nothing of ours: commands name these before they wait for anything that reads settings.
"""

from __future__ import annotations

from pathlib import Path

USUAL_FILE = Path("/etc/automaton/automaton.yml")
USUAL_STATE = Path("/var/lib/automaton")
