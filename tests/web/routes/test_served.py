"""A file of web/routes/ that no service of the daemon names would never be asked."""

from __future__ import annotations

from pathlib import Path

import automaton.daemon
import automaton.web.routes


def test_every_file_of_routes_is_named_by_a_service() -> None:
    subjects = {file.stem for file in Path(automaton.web.routes.__path__[0]).glob("[!_]*.py")}
    daemon = "".join(file.read_text() for file in Path(automaton.daemon.__path__[0]).rglob("*.py"))

    assert {subject for subject in subjects if f"{subject}.routes(" not in daemon} == set()
