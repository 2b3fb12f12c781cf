"""Rules as texts, and what is told of them."""

from __future__ import annotations

from textwrap import dedent

from automaton.core.calls import Severity
from automaton.core.gates import Default
from automaton.packs.load import Packs, read_packs
from automaton.rulebook.load import LoadedRules, load_texts
from automaton.rulebook.step_checks import Bounds

KNOWN = Packs(read_packs([])[0]).known_events
BOUNDS = Bounds({"ops": Severity.INFO, "oncall": Severity.CRITICAL}, (Default(),))


def load(text: str, bounds: Bounds | None = BOUNDS) -> LoadedRules:
    return load_texts([("r.yml", dedent(text).lstrip("\n"))], KNOWN, bounds)


def told(text: str, bounds: Bounds | None = BOUNDS) -> list[str]:
    return [str(problem) for problem in load(text, bounds).problems]
