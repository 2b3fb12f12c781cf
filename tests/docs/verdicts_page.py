"""The verdicts on docs/verdicts.md, written from the program's own sentences: `make docs`.

What to do about each stands in verdicts.yml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from automaton.core.decision import Told, Verdict
from automaton.core.gates.pipeline import STAGES, OpeningStage

HERE = Path(__file__).parent
PATH = HERE.parents[1] / "docs" / "verdicts.md"
BEGIN, END = "<!-- verdicts begin -->\n", "<!-- verdicts end -->"
GROUPS = (
    ("Before an incident opens", Verdict.OUT_OF_SCOPE),
    ("Before a step is done", Verdict.FIRED),
    ("What came of it", Verdict.NOT_POSSIBLE),
)
"""Each title with the first verdict under it."""


def what_to_do() -> Mapping[str, str]:
    """By verdict."""
    told: dict[str, str] = yaml.safe_load((HERE / "verdicts.yml").read_text(encoding="utf-8"))
    return told


def with_verdicts(page: str) -> str:
    """The page with all of them between its marks."""
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + "".join(_parts()) + END + rest.partition(END)[2]


def _parts() -> Iterator[str]:
    titles = {first: title for title, first in GROUPS}
    told = what_to_do()
    for verdict in Verdict:
        if verdict in titles:
            yield f"## {titles[verdict]}\n\n"
        sentence = verdict.sentence[0].upper() + verdict.sentence[1:]
        yield f"### `{verdict.value}`\n\n{sentence}. *{_kind(verdict)}*\n\n{told[verdict.value]}\n\n"


def _kind(verdict: Verdict) -> str:
    """What it comes to, who is told, and which key is behind it."""
    by = [stage.name for stage in STAGES if verdict in stage.verdicts]
    opening = [one for one in STAGES if verdict in one.verdicts and isinstance(one, OpeningStage)]
    parts = [verdict.kind.value.replace("_", " ")]
    parts += ["warns"] if Told.WARNS in verdict.told else []
    parts += ["reported"] if Told.REPORTED in verdict.told else []
    if by:
        keys = ", ".join(f"`{name}`" for name in by)
        parts.append(f"asked before {'it opens' if opening else 'a call'}, by {keys}")
    return " · ".join(parts)


if __name__ == "__main__":
    PATH.write_text(with_verdicts(PATH.read_text(encoding="utf-8")), encoding="utf-8")
