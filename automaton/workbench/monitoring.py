"""`automaton monitoring`: what ships for Prometheus and Grafana, printed as it is."""

from __future__ import annotations

from importlib.resources import files
from typing import Literal

from automaton.printable import say

Which = Literal["prometheus", "grafana"]
FILES: dict[Which, str] = {"prometheus": "prometheus-rules.yml", "grafana": "grafana-dashboard.json"}


def monitoring(which: Which) -> int:
    """Prints it. 0."""
    say(text_of(which), nl=False)
    return 0


def text_of(which: Which) -> str:
    """The file that ships."""
    return (files("automaton") / "monitoring" / FILES[which]).read_text(encoding="utf-8")
