"""The tables of docs/metrics.md, written from the metrics: `make docs`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from automaton.web.pages.metric_table import BUILD, LEFT_OUT, METRICS, OF_SERVERS, OF_THE_PAGE, Metric

PATH = Path(__file__).parents[3] / "docs" / "metrics.md"
HEADER = "| metric | kind | labels | |\n|---|---|---|---|\n"


def table(metrics: Iterable[Metric]) -> str:
    """A row each, in the order of the scrape."""
    rows = []
    for one in metrics:
        labels = ", ".join(f"`{label}`" for label in one.labels)
        cells = (f"`{one.full_name}`", one.kind.value, labels, one.help)
        rows.append("|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|")
    return HEADER + "\n".join(rows) + "\n"


def with_tables(page: str) -> str:
    """The page with the tables between their marks."""
    for name, metrics in (
        ("metrics", (BUILD, *METRICS, *OF_THE_PAGE)),
        ("servers", (*OF_SERVERS, LEFT_OUT)),
    ):
        begin, end = f"<!-- {name} begin -->\n", f"<!-- {name} end -->"
        before, _, rest = page.partition(begin)
        page = before + begin + table(metrics) + end + rest.partition(end)[2]
    return page


if __name__ == "__main__":
    PATH.write_text(with_tables(PATH.read_text(encoding="utf-8")), encoding="utf-8")
