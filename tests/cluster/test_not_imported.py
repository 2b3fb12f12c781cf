"""A single daemon pays nothing for clusters: no import, and no library."""

from __future__ import annotations

import json
import subprocess
import sys

SAYS = """
import json, sys
import automaton.daemon.main, automaton.daemon.app, automaton.cli.main
print(json.dumps(sorted(sys.modules)))
"""
ROOMS = ("automaton.cluster", "automaton.daemon.cluster", "nats")


def test_nothing_of_it_is_imported_where_no_cluster_is_configured() -> None:
    told = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, text=True, check=True)
    modules = json.loads(told.stdout)

    assert "automaton.daemon.app" in modules
    assert [one for one in modules if one.startswith(ROOMS)] == []
