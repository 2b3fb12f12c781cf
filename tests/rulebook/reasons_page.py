"""The table of reasons on rules/README.md, written from the verdicts and the gates: `make docs`.

When a reason is asked for, and by which key, is what `core/gates/pipeline.py` says: its list is the order.
"""

from __future__ import annotations

from pathlib import Path

from automaton.core.decision import Verdict
from automaton.core.gates.pipeline import STAGES, OpeningStage
from tests.rulebook.facts_page import table_of

PATH = Path(__file__).parents[2] / "rules" / "README.md"
HEADER = "| reason | in words | asked |"


def reasons() -> str:
    """The table of all reasons, in the order in which they are asked for."""
    rows = [f"| `{one.value}` | {one.sentence} | {_asked(one)} |" for one in Verdict]
    return "\n".join((HEADER, "|---|---|---|", *(row.replace("|  |", "| |") for row in rows), ""))


def _asked(verdict: Verdict) -> str:
    """Before what, and by which key of a rule or of `limits`; empty for what is no gate."""
    by = [stage for stage in STAGES if verdict in stage.verdicts]
    if not by:
        return ""
    before = "it opens" if isinstance(by[0], OpeningStage) else "a call"
    return f"before {before}: {', '.join(f'`{stage.name}`' for stage in by)}"


if __name__ == "__main__":
    page = PATH.read_text(encoding="utf-8")
    PATH.write_text(page.replace(table_of(page, HEADER), reasons()), encoding="utf-8")
