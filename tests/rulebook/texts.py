"""Rules as texts, and what is told of them."""

from __future__ import annotations

from textwrap import dedent

from automaton.core.calls import Severity
from automaton.core.gates.limits import DefaultAllowance
from automaton.packs.read import Packs, read_packs
from automaton.rulebook.checks import Bounds
from automaton.rulebook.load import Rules, load_texts

KNOWN = Packs(read_packs([])[0]).knowledge
BOUNDS = Bounds({"ops": Severity.INFO, "oncall": Severity.CRITICAL}, (DefaultAllowance(),))


def load(text: str, bounds: Bounds | None = BOUNDS) -> Rules:
    return load_texts([("r.yml", dedent(text).lstrip("\n"))], KNOWN, bounds)


def told(text: str, bounds: Bounds | None = BOUNDS) -> list[str]:
    return [str(problem) for problem in load(text, bounds).problems]
