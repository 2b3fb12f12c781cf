"""The usual paths are those of the unit and of the pages."""

from __future__ import annotations

from pathlib import Path

from automaton.settings.usual_paths import USUAL_FILE, USUAL_STATE

UNIT = (Path(__file__).parents[2] / "systemd" / "automaton.service").read_text(encoding="utf-8")


def test_they_are_those_of_the_unit() -> None:
    assert f"AUTOMATON_CONFIG={USUAL_FILE}\n" in UNIT
    assert f"StateDirectory={USUAL_STATE.name}\n" in UNIT
